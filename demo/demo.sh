#!/usr/bin/env bash
# The main job on real input, start to finish: train, write, check, a change, repair, score. Called by `make demo`.
set -euo pipefail
cd "$(dirname "$0")/.."
out=demo/out
project=$out/project
rm -rf "$out"
mkdir -p "$project"

bold='' plain=''
if [ -t 1 ]; then bold=$'\033[1m' plain=$'\033[0m'; fi
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
run() { printf '\n$ %s\n' "$*"; "$@"; }

say "1. Fine-tune the embedded base, quantised to 4 bits, on the labelled sections in training_data"
run docgen train training_data -o $out/adapter

say "2. API docs for a real package: a copy of the installed rouge_score, in a repository of its own"
cp -r "$(python -c 'import importlib.util as u; print(u.find_spec("rouge_score").submodule_search_locations[0])')" "$project/"
find "$project" -name __pycache__ -prune -exec rm -rf {} +
git -C "$project" init --quiet
cd "$project"
run docgen write rouge_score --writer ../adapter

say "3. The adapter's own model card (docgen train has written it: nothing is left to do)"
run docgen --root .. write ../adapter

say "4. The hook on fresh docs"
run docgen check

say "5. Someone changes a default: RougeScorer stems words from now on"
sed -i.before 's/use_stemmer=False/use_stemmer=True/' rouge_score/rouge_scorer.py
rm rouge_score/rouge_scorer.py.before
code=0
run docgen check || code=$?
printf 'exit code %s\n' "$code"
test "$code" = 1

say "6. Repair: only what asserted the old value is written anew"
run docgen write docs/api/rouge_score.rouge_scorer.md --writer ../adapter
run docgen check

say "7. Scores of the adapter on sections it has not seen, beside writers without a model"
cd - >/dev/null
run docgen score --writer $out/adapter --corpus $out/adapter/corpus --split test

say "Made:"
printf '  %s\n' "$out/adapter/README.md" "$out/adapter/docgen.json" "$out/adapter/training-curves.svg" "$project"/docs/api/*.md
