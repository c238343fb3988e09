"""Random lines for the recorded cases of the text metrics: invented words, punctuation, numbers, tags and several scripts."""

WORDS = ["bel", "Bel", "BEL", "tur", "Tur", "na", "oki", "Oki", "sel-va", "ver", "VER", "lim's", "un-bel-tur", "kor", "mi", "MI"]
MARKS = [",", ".", "!", "?", ";", ":", "(", ")", "[", "]", "{", "}", "/", "-", "--", "...", "'", '"', "&", "%", "$", "#", "*", "@", "~", "_", "|", "\\", "^"]
NUMBERS = ["3.14", "10,000", "7", "1990-91", "5-", "-4", "2.", ".5", "12:30", "9-kor", "0,5,", "3.14.15", "4.bel", "6,na"]
ENTITIES = ["&amp;", "&quot;", "&lt;", "&gt;", "&amp;quot;", "&apos;", "<skipped>", "kor<skipped>mi", "a-b.c,d", "na.", "oki,", "(ver)", '"mi"', "tur!", "¡bel!"]
LETTERS = ["né", "ÅL", "ñu", "ÉTÉ", "straße", "ОКО", "око", "ΣΑΣ", "σας", "İl", "日本", "語日", "あい", "한글", "𝔸𝔹", "e\u0301l", "ﬁn", "\u212ail", "—", "«na»", "…", "٣٤", "🙂"]
SPACES = [" ", " ", " ", " ", " ", " ", " ", "  ", "\t", "\u00a0", "\u3000", "\u2009"]


def word(rng, plain=False):
    draw = rng.random()
    if plain or draw < 0.6:
        return rng.choice(WORDS)
    if draw < 0.72:
        return rng.choice(WORDS) + rng.choice(MARKS)
    return rng.choice(rng.choice([MARKS, NUMBERS, ENTITIES, LETTERS, LETTERS]))


def words(rng, shortest, longest, plain=False):
    return [word(rng, plain) for _ in range(rng.randint(shortest, longest))]


def changed(rng, tokens, rate, plain=False):
    """Returns the line with words dropped, replaced, added and changed in case."""
    out = []
    for token in tokens:
        draw = rng.random()
        if draw < rate / 3:
            continue
        out.append(word(rng, plain) if draw < rate else token)
        if rng.random() < rate / 4:
            out.append(word(rng, plain))
        if rng.random() < rate / 6:
            out[-1] = out[-1].swapcase()
    return out


def line(rng, tokens):
    """Joins tokens to a line with several kinds of spaces, and sometimes without one."""
    text = ""
    for token in tokens:
        if text and rng.random() > 0.05:
            text += rng.choice(SPACES)
        text += token
    return text


def corpus(rng, plain=False):
    """Returns a few hypotheses with the references of each."""
    shortest, longest = rng.choice([(0, 2), (0, 4), (2, 8), (5, 14), (8, 25)])
    rate = rng.choice([0.05, 0.2, 0.5, 0.9])
    several, vary = rng.choice([1, 1, 2, 3]), rng.random() < 0.4
    hypotheses, references = [], []
    for _ in range(rng.choice([1, 1, 2, 3, 5])):
        first = words(rng, shortest, longest, plain)
        count = rng.randint(1, several) if vary else several
        references.append([line(rng, first)] + [line(rng, changed(rng, first, 0.3, plain)) for _ in range(count - 1)])
        hypotheses.append(line(rng, changed(rng, first, rate, plain)))
    return hypotheses, references


def edge_cases():
    """Returns cases of one hypothesis and its references."""
    yield [""], [[""]]
    yield [""], [["bel tur na"]]
    yield ["   "], [["bel"]]
    yield ["bel"], [["bel"]]
    yield ["bel"], [["tur"]]
    yield ["bel"], [[""]]
    yield ["bel tur na"], [["bel tur na"]]
    yield ["bel tur na oki"], [["bel tur na oki"]]
    yield ["bel tur na oki"], [["ver kor mi sel"]]
    yield ["bel bel bel bel bel"], [["bel bel tur na", "bel tur tur tur"]]
    yield ["bel tur na oki ver"], [["bel tur na oki", "bel tur na oki ver kor"]]
    yield ["bel tur na oki ver"], [["bel tur na oki ver kor", "bel tur na oki"]]
    yield ["bel kor tur mi na ver"], [["bel tur na oki ver kor"]]
    yield ["bel tur na oki ver kor mi bel tur na oki ver kor mi"], [["bel tur"]]
    yield ["bel tur"], [["bel tur na oki ver kor mi bel tur na oki ver kor mi"]]
    yield ["BEL TUR NA OKI"], [["bel tur na oki"]]
    yield ["", "bel tur na oki"], [["bel"], ["bel tur na oki"]]
    yield ["日本語"], [["日本 語"]]
    yield ["..."], [["."]]
    yield ["3.14, 2."], [["3.14 , 2 ."]]
    yield ["&quot;bel&quot; &amp;amp; <skipped>tur -\nna\noki"], [['" bel " & amp ; tur na oki']]
