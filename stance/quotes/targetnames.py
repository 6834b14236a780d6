"""Who can be a target: countries, armed groups, organisations and people at their places."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from stance import gazetteer as gz
from stance.quotes import lexicon as lex
from stance.quotes.names import Cast
from stance.quotes.roles import Roles
from stance.quotes.tokens import Doc

GROUP, HUMAN = "group", "human"  # beside the kinds of the gazetteer

#: Forms of armed groups, blocs, organisations and states of the past, the name first; after a
#: colon the country that it is a body of, where it is one.
_GROUPS = """
Hamas
Hezbollah, Hizbollah, Hizbullah, Hezbullah
Palestinian Islamic Jihad, Islamic Jihad
Palestinian Authority: Palestine
PLO, Palestine Liberation Organization, Palestine Liberation Organisation: Palestine
Fatah
Taliban, Taleban
Islamic State, ISIS, ISIL, Daesh, Islamic State group
al-Qaeda, Al-Qaeda, Al Qaeda, al Qaeda, Al-Qaida, al-Qaida, Al Qaida
al-Shabaab, Al-Shabaab, Al Shabaab, al Shabaab
Boko Haram
Houthis, Houthi, Ansar Allah
Wagner Group, Wagner
PKK, Kurdistan Workers Party
YPG
Syrian Democratic Forces, SDF
FARC
TPLF, Tigray People's Liberation Front
Rapid Support Forces, RSF
M23
Lord's Resistance Army
Muslim Brotherhood
Kata'ib Hezbollah, Kataib Hezbollah
Contras, contras
Sandinistas, Sandinista
Tamil Tigers, LTTE
IRA, Irish Republican Army
ETA
Kurds
Uyghurs, Uighurs
Rohingya
Chinese Communist Party, Communist Party of China, CCP: China
NATO, Nato
European Union, EU, E.U.
European Community, EC, European Economic Community, EEC
United Nations, UN, U.N., U.N
Security Council, UN Security Council, U.N. Security Council
UNRWA
UNIFIL
IAEA, International Atomic Energy Agency
World Health Organization, World Health Organisation
International Criminal Court, ICC
International Court of Justice, ICJ
African Union, AU
Arab League
OPEC
ASEAN
ECOWAS
OSCE
OAS, Organization of American States
GATT
Europe, Europeans
International Monetary Fund, IMF
World Bank
G7, G-7
West
Soviet Union, USSR, U.S.S.R., Soviet, Soviets: Soviet Union
West Germany, West German, West Germans: West Germany
East Germany, East German, East Germans: East Germany
Czechoslovakia, Czechoslovak: Czechoslovakia
Yugoslavia, Yugoslav, Yugoslavs: Yugoslavia
Islamic Republic: Iran
Zionist regime, Zionist entity, Zionists, Zionist: Israel
Jewish state, Jewish State: Israel
"""
#: Surnames that name one person of public life, by the country whose side that person is on.
_LEADERS = {
    "Russia": "putin lavrov peskov medvedev shoigu zakharova ryabkov patrushev gerasimov yeltsin",
    "Ukraine": "zelensky zelenskyy zelenskiy poroshenko yanukovych kuleba reznikov zaluzhny yermak",
    "United States": "biden trump obama clinton reagan blinken pompeo kerry bolton pence mattis "
    "tillerson rumsfeld cheney kissinger shultz weinberger haley yeutter psaki nuland hegseth "
    "rubio witkoff rostenkowski gephardt mcconnell pelosi schumer",
    "Israel": "netanyahu gallant gantz lapid lieberman olmert sharon peres rabin ben-gvir smotrich",
    "Turkey": "erdogan erdoğan cavusoglu fidan akar",
    "Iran": "khamenei rouhani raisi zarif ahmadinejad khomeini araghchi soleimani pezeshkian",
    "Syria": "assad al-assad",
    "Iraq": "saddam",
    "Palestine": "abbas arafat",
    "France": "macron sarkozy hollande chirac mitterrand",
    "Germany": "merkel scholz merz baerbock steinmeier",
    "United Kingdom": "thatcher blair starmer sunak lammy",
    "Belarus": "lukashenko lukashenka",
    "Venezuela": "maduro chavez chávez guaido",
    "China": "xi jinping",
    "India": "modi jaishankar",
    "Egypt": "mubarak morsi sisi el-sisi",
    "Libya": "gaddafi qaddafi gadhafi khadafy haftar",
    "Soviet Union": "gorbachev brezhnev",
    "Nicaragua": "ortega",
    "Japan": "nakasone abe kishida",
    "Hungary": "orban orbán",
    "Serbia": "vucic milosevic",
}
#: The same for those whose surnames many bear.
_FULL_NAMES = {
    "China": "Mao Ning, Hua Chunying, Zhao Lijian, Wang Wenbin, Wang Yi, Qin Gang, Li Keqiang, "
    "Li Qiang, Hu Jintao, Geng Shuang, Lu Kang, Lin Jian, Deng Xiaoping",
    "North Korea": "Kim Jong Un, Kim Jong-un, Kim Yo Jong, Kim Yo-jong, Kim Jong Il, Choe Son Hui",
    "South Korea": "Moon Jae-in, Yoon Suk Yeol, Park Geun-hye, Lee Jae-myung",
    "Taiwan": "Tsai Ing-wen, Lai Ching-te, Joseph Wu, Ma Ying-jeou",
    "United States": "Ned Price, John Kirby, Jake Sullivan, Lloyd Austin, Mark Milley, Wendy "
    "Sherman, James Baker, Matthew Miller, Jalina Porter, George Bush, Linda Thomas-Greenfield",
    "Israel": "Ehud Barak, Benny Gantz, Daniel Hagari",
    "United Kingdom": "Boris Johnson, Theresa May, David Cameron, Liz Truss",
}
_LEADER = {name: land for land, names in _LEADERS.items() for name in names.split()} | {
    name.strip().lower(): land for land, names in _FULL_NAMES.items() for name in names.split(",")
}
_MOST_WORDS = 6


class Mention(NamedTuple):
    """Tokens `first:last` that name somebody: `name` canonical, `country` whose it is.

    `kind` is one of the gazetteer's, "group" or "human"; `owns` says that it is a possessive.
    """

    first: int
    last: int
    kind: str
    name: str
    country: str | None
    owns: bool


@cache
def _table() -> dict[str, list[tuple[tuple[str, ...], str, str | None, str | None]]]:
    """Return first word -> (further words, kind, name, country), the longest forms first."""
    found: dict[str, dict[tuple[str, ...], tuple[str, str | None, str | None]]] = {}

    def add(form: str, kind: str, name: str | None, country: str | None) -> None:
        first, *rest = form.split()
        found.setdefault(first, {}).setdefault(tuple(rest), (kind, name, country))

    for line in _GROUPS.strip().splitlines():
        names, _, country = line.partition(":")
        shown = names.split(",")[0].strip()
        for form in names.split(","):
            adjective = shown in ("Soviet Union", "West Germany", "East Germany") and (
                form.strip() in ("Soviet", "West German", "East German")
            )
            kind = gz.ADJECTIVE if adjective else GROUP
            land = country.strip() or None
            add(form, kind, land if land and kind != GROUP else land or shown, land)
    for form, what in gz.forms().items():
        land = what.country.name if what.country is not None else None
        if form in ("Korea", "Korean", "Congo", "Congolese", "Dominican"):
            land = None  # of which of the two nobody can say
        for spelled in {form, form.replace("'", "’")}:
            add(spelled, what.kind, form if what.kind == gz.PLACE else land, land)
    add("Palestinian", gz.ADJECTIVE, "Palestine", "Palestine")
    return {
        first: sorted(
            ((rest, *what) for rest, what in more.items()), key=lambda item: -len(item[0])
        )
        for first, more in found.items()
    }


@cache
def _starts() -> frozenset[str]:
    """Return the first words of all forms, with and without a possessive ending."""
    return frozenset(word + ending for word in _table() for ending in ("", "'s", "’s", "'", "’"))


def _bare(word: str) -> str:
    if word[-2:] in ("'s", "’s"):
        return word[:-2]
    return word[:-1] if word[-1] in "'’" else word


class Names:
    """The mentions of one article in order, each read when first asked for."""

    def __init__(self, doc: Doc, cast: Cast, roles: Roles) -> None:
        self._doc, self._cast, self._roles = doc, cast, roles
        self._table = _table()
        self._starts = starts = _starts()
        self._hits = [i for i, word in enumerate(doc.words) if word in starts]
        self._people = [first for first, _, _ in cast.mentions]
        self._known: dict[int, Mention | None] = {}
        self._persons: dict[str, tuple[bool, str | None]] = {}

    def between(self, first: int, last: int) -> list[Mention]:
        """Return the mentions among the tokens `first:last`, in order, none overlapping."""
        a, b = bisect_left(self._people, first), bisect_left(self._people, last)
        c, d = bisect_left(self._hits, first), bisect_left(self._hits, last)
        found: list[Mention] = []
        covered: set[int] = set()
        if a == b and c == d:
            return found
        for at, end, entity in self._cast.mentions[a:b]:
            if end <= last and self._doc.words[end - 1] not in self._starts:
                owns = self._doc.lower[end - 1].endswith(("'s", "s'"))
                found.append(Mention(at, end, HUMAN, entity.name, None, owns))
                covered.update(range(at, end))
        done = first
        for i in self._hits[c:d]:
            if i < done or i in covered:
                continue
            one = self._at(i)
            if one is not None and one.last <= last:
                done = one.last
                if one.name:
                    found.append(one)
        if covered:
            found.sort(key=lambda one: one.first)
        return found

    def subjects(self, verbs: frozenset[str]) -> list[Mention]:
        """Return the countries and groups of the article that stand right before one of `verbs`."""
        lower, end = self._doc.lower, len(self._doc.lower)
        found = []
        for i in self._hits:
            if verbs.isdisjoint(lower[i + 1 : i + 4]):
                continue
            one = self._at(i)
            if one is not None and one.name and one.last < end and lower[one.last] in verbs:
                found.append(one)
        return found

    def _at(self, i: int) -> Mention | None:
        if i not in self._known:
            self._known[i] = self._read(i)
        return self._known[i]

    def _read(self, i: int) -> Mention | None:
        words = self._doc.words
        bare = _bare(words[i])
        table = self._table
        for rest, kind, name, country in table.get(words[i]) or table.get(bare, ()):
            last = i + 1 + len(rest)
            if last > len(words):
                continue
            tail = words[last - 1]
            if rest:
                if tuple(words[i + 1 : last - 1]) != rest[:-1] or words[i] != bare:
                    continue
                if tail != rest[-1] and _bare(tail) != rest[-1]:
                    continue
            if bare == "West" and not rest and not self._the_west(i):
                return None
            owns = tail[-2:] in ("'s", "’s") or tail[-1] in "'’"
            return Mention(i, last, kind, name or "", country, owns)
        return None

    def _the_west(self, i: int) -> bool:
        after = self._doc.words[i + 1] if i + 1 < len(self._doc.words) else "."
        return i > 0 and self._doc.lower[i - 1] == "the" and not after[0].isupper()

    def person(self, one: Mention) -> Mention | None:
        """Return a mention of a person with the country, or None for one who may be none."""
        key = one.name
        if key not in self._persons:
            entity = self._cast.at[one.first]
            country = leader_country(key)
            sure = bool(country)
            if country is None:
                said = self._roles.of(key, "person")
                country, first = said.country, key.split()[0].lower()
                given = first in lex.MALE_NAMES or first in lex.FEMALE_NAMES
                sure = bool(said.role or country or entity.roles or given)
            self._persons[key] = (sure, country)
        sure, country = self._persons[key]
        return one._replace(country=country) if sure else None


def leader_country(name: str | None) -> str | None:
    """Return the country of somebody of public life, by the last (or a Chinese first) name."""
    words = (name or "").lower().split()
    if not words:
        return None
    return (
        _LEADER.get(words[-1])
        or _LEADER.get(f"{words[0]} {words[-1]}")
        or _LEADER.get(" ".join(words))
        or ("China" if words[0] == "xi" else None)
    )


def groups_in(words: Sequence[str]) -> set[str]:
    """Return the names of groups and countries among `words`: a speaker's own side."""
    found = set()
    for i, word in enumerate(words):
        for rest, kind, name, country in _table().get(_bare(word), ()):
            if tuple(map(_bare, words[i + 1 : i + 1 + len(rest)])) == rest:
                if kind == GROUP and name:
                    found.add(name)
                elif country:
                    found.add(country)
                break
    return found
