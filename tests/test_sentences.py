"""Sentences that a careful reader would not keep are refused, and authored ones are left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from docgen.brief import Brief
from docgen.corpus.build import build
from docgen.corpus.store import SPLITS, Example, read_split
from docgen.facts import JSON, Fact
from docgen.writers.naming import invents_members, mixes_up, without_twins
from docgen.writers.raising import is_true_of_exceptions, misquotes, names_exceptions, tells_conditions
from docgen.writers.reading import reads_badly
from docgen.writers.refusals import refusal, states_docstring


def order(kind: str, about: str = "shop.till", /, **facts: JSON) -> Brief:
    named: dict[str, JSON] = {"kind": "function"} | {name.replace("__", "."): value for name, value in facts.items()}
    return Brief(kind, kind.title(), about, tuple(Fact(name, value) for name, value in named.items()))


ANY = order("introduction", doc="Adds a coin to the till.")
CHECK = order("introduction", doc="Very simple check of the drawer in no_sale mode.")
JAR = order("use-case", parameters=["jar"], parameters__jar__description="cash.coins.CoinJar (not necessarily full)")
CLOSED = order("introduction", "shop.DrawerClosed", kind="class", bases=["ShopError"], doc="The drawer was closed.")
LEVELS = order("introduction", "shop.Level", kind="class", doc="Open and closed drawers in a level.")
RUN = order("use-case", doc="Runs the day's closing and outputs results to a file.")


@pytest.mark.parametrize(
    ("brief", "text", "is_bad"),
    [
        pytest.param(ANY, "`till` adds a coin to the till. It returns whether there was room.", False, id="whole sentences"),
        pytest.param(ANY, "The class `till` is an Attaches coins to a drawer.", True, id="a verb as a thing"),
        pytest.param(ANY, "`till` provides shop is a library for tills.", True, id="a sentence as an object"),
        pytest.param(ANY, "`till` gives the drawer has no use for this.", True, id="two verbs"),
        pytest.param(ANY, "A drawer that is open is no error.", False, id="two verbs, one behind a relative pronoun"),
        pytest.param(ANY, "Use `till` to add a coin and returns it.", True, id="an infinitive and a third person"),
        pytest.param(ANY, "`till` adds a coin and return it.", True, id="a third person and an infinitive"),
        pytest.param(ANY, "`till` lets you add a coin and return it.", False, id="two infinitives"),
        pytest.param(ANY, "`till` attempts to resets our drawer.", True, id="to and a third person"),
        pytest.param(
            RUN, "Call `till` to run the day's closing and outputs results to a file.", True, id="a verb of the summary"
        ),
        pytest.param(ANY, "To drawer lookup object, call `till`.", True, id="to and no verb"),
        pytest.param(ANY, "Adds coins to a drawer, call `till`.", True, id="a statement that ends as a request"),
        pytest.param(ANY, "A list of coins, call `till`.", True, id="a thing that ends as a request"),
        pytest.param(ANY, "A `till` for adding coins.", True, id="a name as a sort of thing"),
        pytest.param(ANY, "A `DrawerClosed` is raised when the drawer is shut.", False, id="an exception with an article"),
        pytest.param(ANY, "Adds coins to the drawer uses `till`.", True, id="a statement that ends as another"),
        pytest.param(ANY, "Pass a coin as a coin as `till`.", True, id="passed as twice"),
        pytest.param(ANY, "`till` tells whether it is used to; it defaults to `False`.", True, id="broken off"),
        pytest.param(ANY, "`till` returns the tokenize of the coins.", True, id="a verb as what comes back"),
        pytest.param(ANY, "`till` returns the count of the coins.", False, id="a noun that is a verb too"),
        pytest.param(ANY, "A call `till` when you need coins.", True, id="a call that names what it calls"),
        pytest.param(ANY, "If the drawer adds coins, call `till`.", False, id="a condition that ends as a request"),
        pytest.param(ANY, "To list of coins in the drawer.", True, id="an aim without a clause"),
        pytest.param(ANY, "`till` adds a coin. See below for details about coins.", True, id="a pointer to what is not there"),
        pytest.param(ANY, "`till` adds a coin that you see in the drawer.", False, id="to see as people do"),
        pytest.param(ANY, "It needs `coin` and `drawer`; `wait` and `count`.", True, id="a list that says nothing"),
        pytest.param(ANY, "`till` returns counts a coin of a drawer.", True, id="a verb as a result"),
        pytest.param(ANY, "`Shut` is raised if in case of a closed drawer.", True, id="two conditions in a row"),
        pytest.param(ANY, "`till` is a Couldn't open the drawer.", True, id="a denial as a thing"),
        pytest.param(ANY, "Use `till` where you need adds coins to the drawer.", True, id="a need that is no thing"),
        pytest.param(ANY, "`coins` takes coins or coins of a drawer.", True, id="a word joined to itself"),
        pytest.param(ANY, "Lines and lines that begin with a sign are passed over.", False, id="a word twice for a reason"),
        pytest.param(ANY, "`till` sends a answer.", True, id="a before a vowel"),
        pytest.param(ANY, "`till` sends an unique name.", True, id="an before a consonant"),
        pytest.param(ANY, "`till` takes the our own drawer.", True, id="two articles"),
        pytest.param(CHECK, "`till` is a Very simple check of the drawer.", True, id="a capital inside"),
        pytest.param(CHECK, "`till` is a very simple check of the drawer.", False, id="no capital"),
        pytest.param(ANY, "The drawer of the till.", True, id="a fragment"),
        pytest.param(ANY, "Whether the drawer is open.", True, id="a question"),
        pytest.param(ANY, "Adds a coin to the drawer.", False, id="a docstring's verb"),
        pytest.param(CLOSED, "`DrawerClosed` is the drawer was closed.", True, id="an event as a thing"),
        pytest.param(LEVELS, "The class `Level` is open and closed drawers in a level.", True, id="one thing that is many"),
        pytest.param(JAR, "`jar` is the cash.", True, id="a dotted name cut off"),
        pytest.param(JAR, "`jar` is the jar of cash.coins.", True, id="the end of a dotted name cut off"),
        pytest.param(ANY, "`till` is open, `jar` is closed.", True, id="two sentences joined by a comma"),
        pytest.param(ANY, "It returns a coin. It returns `Coin`.", True, id="the same told twice"),
        pytest.param(ANY, "Use the `jar` for coins, use the `jar` for coins.", True, id="a clause twice"),
        pytest.param(ANY, "`till` raises:\n\n- `ShopError` if it is shut.", True, id="a list of one"),
        pytest.param(ANY, "`till` wants coins to open a drawer to open a drawer.", True, id="an aim twice"),
        pytest.param(ANY, "`till` is a list of all coins in the drawer.", True, id="a function that is its result"),
        pytest.param(ANY, "It instantiates it with a drawer.", True, id="it and it"),
    ],
)
def test_a_sentence_is_judged_by_its_form(brief: Brief, text: str, is_bad: bool) -> None:
    assert reads_badly(brief, text) is is_bad


TAKES = order(
    "use-case",
    doc="Adds a coin.",
    parameters=["coin", "drawer", "wait", "**options"],
    parameters__coin__description="Worth of the coin in pence",
    parameters__drawer__description="Name of the drawer that holds coins",
    parameters__wait__description="Seconds before the drawer shuts",
    parameters__wait__default="10",
    parameters__options__description="Whatever else the till takes",
)
SHOP = order(
    "use-case",
    "shop",
    kind="module",
    doc="Library for shops.",
    members=["open_shop", "Till", "count"],
    members__open_shop="Unlocks the door of a shop.",
    members__Till="Counts money and prints receipts.",
    members__count="See the manual.",
)


HOLDER = order("introduction", "shop.shop", kind="module", doc="A library for shops.", members=["open_shop", "Till", "count"])


@pytest.mark.parametrize(
    ("brief", "text", "is_mixed"),
    [
        pytest.param(TAKES, "It takes `coin`, `drawer` and `wait`.", False, id="all but what takes any number"),
        pytest.param(TAKES, "It takes `coin` and `wait`.", True, id="one left out"),
        pytest.param(TAKES, "It takes `coin`, `drawer`, `wait` and `count`.", True, id="one that is none"),
        pytest.param(TAKES, "It needs `coin`; `options` is optional.", False, id="any number of values optional"),
        pytest.param(TAKES, "It needs `coin` and `options`.", True, id="any number of values needed"),
        pytest.param(TAKES, "`coin` is the worth of the coin in pence.", False, id="its own words"),
        pytest.param(TAKES, "Pass the name of the drawer that holds coins as `coin`.", True, id="another's words"),
        pytest.param(
            TAKES, "Pass the name of the drawer that holds coins as `options`.", True, id="another's words, any number"
        ),
        pytest.param(TAKES, "`coin` takes the seconds of the coin in pence.", True, id="a word of another"),
        pytest.param(TAKES, "`drawer` is the drawer.", True, id="too little of its words"),
        pytest.param(TAKES, "`wait` is the seconds before the drawer shuts; it defaults to `10`.", False, id="its default"),
        pytest.param(
            TAKES, "`wait` is the seconds before the drawer shuts; it defaults to `True`.", True, id="another default"
        ),
        pytest.param(SHOP, "It opens with `open_shop`, `Till` and `shop`.", True, id="itself at the end of a list"),
        pytest.param(HOLDER, "It holds `open_shop`, `Till` and others.", False, id="some of what it holds"),
        pytest.param(HOLDER, "It holds `open_shop`, `Till`, `coin` and others.", True, id="among what it holds a stranger"),
        pytest.param(HOLDER, "It has `open_shop`, `count`, `Till`, among others.", True, id="all of what it holds as some"),
        pytest.param(HOLDER, "Its entry points are `open_shop` and `Till`.", False, id="entry points"),
        pytest.param(
            TAKES,
            "Set `coin` to the seconds before the drawer shuts; `wait` defaults to `10`.",
            True,
            id="another's and its own",
        ),
        pytest.param(HOLDER, "Its entry points are `Till` and `coin`.", True, id="a stranger as entry point"),
        pytest.param(SHOP, "To unlock the door of a shop, call `open_shop`.", False, id="a member's task"),
        pytest.param(SHOP, "A caller that wants to unlock the door uses `open_shop`.", False, id="what a caller wants"),
        pytest.param(SHOP, "A caller that wants to unlock the door uses `Till`.", True, id="what a caller wants of another"),
        pytest.param(SHOP, "`open_shop` is there to print receipts.", True, id="another member's task"),
        pytest.param(SHOP, "Use `Till` to get a library for shops.", True, id="the module's own words"),
        pytest.param(SHOP, "To convert money and receipts, call `Till`.", True, id="another verb"),
        pytest.param(SHOP, "`shop` is there to count money and print receipts.", True, id="a member's task of the module"),
    ],
)
def test_what_is_said_of_a_name_is_its_own(brief: Brief, text: str, is_mixed: bool) -> None:
    assert mixes_up(brief, text) is is_mixed


RAISES = order(
    "error-handling",
    parameters=["coin", "drawer"],
    raises=["ValueError", "KeyError"],
    raises__ValueError__when=["coin is negative", "drawer is empty"],
    raises__ValueError__condition=["coin < 0", "not drawer"],
    raises__KeyError__when=["a ValueError occurs"],
    raises__KeyError__condition=["except ValueError"],
    handles=["OSError"],
)


@pytest.mark.parametrize(
    ("text", "names_all", "tells_all", "is_true"),
    [
        pytest.param(
            "`ValueError` is raised if `coin` is negative or `drawer` is empty, `KeyError` when a `ValueError` occurs.",
            True,
            True,
            True,
            id="all of it",
        ),
        pytest.param("`KeyError` is raised when a `ValueError` occurs.", False, False, True, id="named as a cause alone"),
        pytest.param("`ValueError` is raised if `coin` is negative, and `KeyError` too.", True, False, True, id="half of it"),
        pytest.param("`till` raises `OSError` if `coin` is negative.", False, False, False, id="what it handles"),
    ],
)
def test_error_handling_names_each_exception_with_its_conditions(
    text: str, names_all: bool, tells_all: bool, is_true: bool
) -> None:
    assert names_exceptions(RAISES, text) is names_all
    assert tells_conditions(RAISES, text) is tells_all
    assert is_true_of_exceptions(RAISES, text, 0.5) is is_true


@pytest.mark.parametrize(
    ("text", "is_invented"),
    [
        pytest.param("`open_shop` lets customers in.", False, id="other words"),
        pytest.param("`Till` keeps the takings of a day.", False, id="other words of a class"),
        pytest.param("`open_shop` counts money and prints receipts.", True, id="another's"),
        pytest.param("`open_shop` prints receipts, and `Till` unlocks the door.", True, id="exchanged"),
        pytest.param("`count` unlocks the door of a shop.", True, id="another's, of what has no summary"),
        pytest.param("`count` is a list of receipts.", True, id="what sort of thing it is"),
    ],
)
def test_a_writer_with_words_of_its_own_may_not_give_a_member_those_of_another(text: str, is_invented: bool) -> None:
    assert invents_members(SHOP, text, 0.0) is is_invented
    assert invents_members(SHOP, text, 0.8)


@pytest.mark.parametrize(
    ("text", "is_stuck"),
    [
        pytest.param("Reads a long line. Then it reads a long line.", True, id="words"),
        pytest.param("It takes `coin` and `till` as `coin` and `till` close.", True, id="names in a sentence"),
        pytest.param(
            "- Refused when `coin` or `till` is bent.\n- Warned when `coin` or `till` is old.", False, id="names in a list"
        ),
        pytest.param("Pass the `coin`, the `till` and the `drawer`.", False, id="articles around names"),
    ],
)
def test_a_text_that_says_words_again_is_refused_and_one_that_names_again_is_not(text: str, is_stuck: bool) -> None:
    brief = order("limitations", doc="Adds a coin.", parameters=["coin", "till", "drawer"])
    assert (refusal(brief, text, 0.0) == "repeats itself") is is_stuck


FULL_URL = order("introduction", "web.Request.get_full_url", kind="method", parameters=["host"], returns="str")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("`get_full_url` gets the full URL of the `host`.", "", id="its names"),
        pytest.param("`get_full_url` gets a full URL of the `host` with a string.", "says what no fact supports", id="a type"),
        pytest.param("`get_full_url` gets the URL of the `host`.", "says what no fact supports", id="a word of it lost"),
    ],
)
def test_of_a_symbol_without_docstring_only_its_names_are_told(text: str, reason: str) -> None:
    assert refusal(FULL_URL, text, 0.5) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("`till` adds a coin to the till.", "", id="its verb"),
        pytest.param("`till` counts a coin to the till, adds.", "says something other than the docstring", id="another verb"),
        pytest.param("`till` returns the coin.", "says something other than the docstring", id="less"),
    ],
)
def test_an_introduction_does_what_the_docstring_does(text: str, reason: str) -> None:
    assert refusal(ANY, text, 0.5) == reason


@pytest.fixture(scope="module")
def authored(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    folder = tmp_path_factory.mktemp("authored") / "corpus"
    build([Path(__file__).parent.parent / "training_data"], folder)
    return [example for split in SPLITS for example in read_split(folder, split)]


@pytest.mark.parametrize(
    "refuses",
    [
        pytest.param(reads_badly, id="reads badly"),
        pytest.param(lambda brief, text: invents_members(brief, text, 0.0), id="invents members"),
        pytest.param(lambda brief, text: not is_true_of_exceptions(brief, text, 0.0), id="is untrue of exceptions"),
        pytest.param(
            lambda brief, text: brief.kind == "introduction" and not states_docstring(brief, text, 0.0),
            id="says something other than the docstring",
        ),
    ],
)
def test_of_authored_sections_next_to_none_is_refused_where_they_may_say_it_freely(
    authored: list[Example], refuses: Callable[[Brief, str], bool]
) -> None:
    refused = [example.brief.about for example in authored if refuses(example.brief, example.text)]
    assert len(authored) > 400
    assert len(refused) <= len(authored) // 100


def test_a_switch_is_on_where_its_description_has_it_on() -> None:
    brief = order(
        "use-case", doc="Counts coins.", parameters=["many"], parameters__many__description="`True` if there are several."
    )
    assert mixes_up(brief, "Call `till` to count coins. `many` is `False` if there are several.")
    assert not mixes_up(brief, "Call `till` to count coins. `many` is `True` if there are several.")


@pytest.mark.parametrize(
    ("text", "once"),
    [
        pytest.param("It takes `coin`, `till` and `till`.", "It takes `coin` and `till`.", id="the last twice"),
        pytest.param("It takes `coin` and `coin`, or not.", "It takes `coin`, or not.", id="one name"),
        pytest.param("A `Coin` or `Note`, or `Coin`.", "A `Coin` or `Note`, or `Coin`.", id="no enumeration"),
        pytest.param("`coin` holds `coin`.", "`coin` holds `coin`.", id="two places"),
        pytest.param("`a`, `b` or `a` is `a`.", "`a` or `b` is `a`.", id="or"),
    ],
)
def test_an_enumeration_keeps_each_name_once(text: str, once: str) -> None:
    assert without_twins(text) == once


def test_a_message_that_no_fact_holds_is_a_misquote() -> None:
    silent = order("error-handling", raises=["TillError"], raises__TillError__when=["coin is bent"])
    told = order("error-handling", raises=["TillError"], raises__TillError__message=["The coin is bent."])
    text = '`till` raises `TillError` with the message "The coin is bent".'
    assert misquotes(silent, text) and not misquotes(told, text)


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        pytest.param("`main` returns the argv that was given.", False, id="each word once"),
        pytest.param("`main` is the till of `argv`, which holds argv, an argv.", True, id="a word three times"),
    ],
)
def test_of_a_function_no_sentence_says_a_word_three_times(text: str, is_refused: bool) -> None:
    bare = order("introduction", "shop.main", parameters=["argv"], returns="Till")
    assert (refusal(bare, text, 0.0) == "repeats itself") is is_refused, refusal(bare, text, 0.0)
