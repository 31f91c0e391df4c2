#!/usr/bin/env bash
# The main job on real input, start to finish: train, write, check, a change, repair, score. Called by `make demo`.
set -euo pipefail
cd "$(dirname "$0")/.."
out=demo/out
project=$out/project
rm -rf "$out"
mkdir -p "$project/src"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() { printf '\n$ %s\n' "$*"; "$@"; }

say "1. Fine-tune the embedded base, quantised to 4 bits, on the labelled sections in training_data"
run docgen train training_data -o $out/adapter

say "2. API docs for a real package: a copy of the installed sacrebleu.metrics, in a repository of its own"
cp -r "$(python -c 'import importlib.util as u; print(u.find_spec("sacrebleu").submodule_search_locations[0])')"/metrics "$project/src/metrics"
find "$project" -name __pycache__ -prune -exec rm -rf {} +
git -C "$project" init --quiet
cd "$project"
run docgen write src/metrics -o docs/api --writer ../adapter

say "3. A model card for the adapter itself (docgen train has written it: a second run changes nothing)"
run docgen write ../adapter --writer ../adapter

say "4. The hook on fresh docs"
run docgen check

say "5. Someone changes a default: max_ngram_order of BLEU from 4 to 5"
sed -i.before 's/^MAX_NGRAM_ORDER = 4/MAX_NGRAM_ORDER = 5/' src/metrics/bleu.py
rm src/metrics/bleu.py.before
code=0
run docgen check || code=$?
printf 'exit code %s\n' "$code"
test "$code" = 1

say "6. Repair: only what asserted the old value is written anew"
run docgen write docs/api/metrics.bleu.md --writer ../adapter
run docgen check

say "7. Scores of the adapter on sections it has not seen, beside writers without a model"
cd - >/dev/null
run docgen score --writer $out/adapter --corpus $out/adapter/corpus --split test

say "Made:"
printf '  %s\n' "$out/adapter/README.md" "$out/adapter/docgen.json" "$out/adapter/loss.svg" "$project"/docs/api/*.md
