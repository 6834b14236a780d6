"""Are two names one person? By their parts, and by what is said of both."""

from collections import Counter
from collections.abc import Iterable
from functools import cache

from rapidfuzz import fuzz

from stance.quotes import lexicon as lex
from stance.speakers.names import Person, sound
from stance.speakers.observe import most

_NICKNAMES = (
    "joe joseph joey,tony antony anthony,mike michael mick,bill william will billy,bob robert rob "
    "bobby,jim james jimmy,tom thomas tommy,dan daniel danny,dave david,steve steven stephen,"
    "chris christopher,matt matthew,tim timothy,ben benjamin bibi,ken kenneth,ron ronald,rick "
    "richard dick rich,ted edward theodore ed eddie,chuck charles charlie,greg gregory,jeff "
    "jeffrey geoffrey,sam samuel,alex alexander aleksandr oleksandr aleksander,nick nicholas,pete "
    "peter petro pyotr,pat patrick,andy andrew andriy andrei andrey,larry lawrence,jerry gerald "
    "jerome,don donald,doug douglas,fred frederick,jake jacob,josh joshua,zach zachary zack,phil "
    "philip phillip,ray raymond,walt walter,liz elizabeth beth betty,kate katherine kathy "
    "catherine cathy katie,sue susan suzanne,jen jennifer jenny,deb deborah debbie debra,pam "
    "pamela,cindy cynthia,becky rebecca,meg margaret maggie peggy,barb barbara,vicky victoria "
    "vicki,nikki nicole,abby abigail,mohammed mohammad muhammad mohamed mohamad mohammadu,"
    "yusuf youssef yousef yousuf,sergei sergey serhiy serhii,dmitry dmitri dmytro dmitriy,"
    "mykhailo mikhail,volodymyr wolodymyr,yevgeny evgeny yevhen,abd abdul abdel,jon jonathan "
    "johnathan,al albert alan allen,gene eugene,hal harold harry,hank henry,jack john,marty martin"
)
FULL = 100.0
NEAR = 86.0  # of 100, of two spellings' letters
LONG = 6  # letters of a surname whose spelling may differ
_SURE = 90.0


@cache
def _nicknames() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for n, group in enumerate(_NICKNAMES.split(",")):
        for name in group.split():
            found.setdefault(sound(name), set()).add(n)
    return {name: frozenset(groups) for name, groups in found.items()}


def _gender(word: str) -> str:
    male, female = word in lex.MALE_NAMES, word in lex.FEMALE_NAMES
    return "" if male == female else "m" if male else "f"


def _first_names(one: str, other: str) -> tuple[float, str]:
    """Return how alike two first names are, 0 to 100, and in what way."""
    if one == other:
        return FULL, "same name"
    if 1 in (len(one), len(other)):
        return (90.0, "initial") if one[0] == other[0] else (0.0, "")
    if _gender(one) and _gender(other) and _gender(one) != _gender(other):
        return 0.0, ""
    if sound(one) == sound(other):
        return 97.0, "spelling"
    known = _nicknames()
    if known.get(sound(one), frozenset()) & known.get(sound(other), frozenset()):
        return 92.0, "short form of the first name"
    if min(len(one), len(other)) >= 5 and sound(one)[0] == sound(other)[0]:
        likeness = fuzz.ratio(sound(one), sound(other))
        if likeness >= NEAR:
            return float(likeness), "spelling"
    return 0.0, ""


def compare(one: Person, other: Person, *, agree: bool) -> tuple[float, str]:
    """Return how surely two full names are one person's (0 to 100), and why.

    `agree` says that both have the same country or role: spellings that only resemble each
    other need it. One part at most may differ; initials and suffixes must not contradict.
    """
    if not one.given or not other.given or one.east != other.east:
        return 0.0, ""
    if one.initials and other.initials and not one.initials & other.initials:
        return 0.0, ""
    if one.suffix and other.suffix and one.suffix != other.suffix:
        return 0.0, ""
    if one.east:
        same = sound("".join(one.given)) == sound("".join(other.given))
        return (97.0, "spelling") if same and one.surname == other.surname else (0.0, "")
    surname, why = _surnames(one.surname, other.surname)
    if not surname or (surname < 97 and not agree):
        return 0.0, ""
    given, how = _first_names(one.given[0], other.given[0])
    if how == "initial" and len(one.given) != len(other.given):
        return 0.0, ""  # "J. Howard Doe" is no James
    if given and len(one.given) > 1 and len(other.given) > 1:
        if not set(map(sound, one.given[1:])) & set(map(sound, other.given[1:])):
            return 0.0, ""
    elif not given and surname == FULL:
        given, how = _part_of(one, other)
    if not given or (surname < FULL and given < 97) or (given < _SURE and not agree):
        return 0.0, ""
    return min(surname, given), how if given < FULL else (why or "same name but for initials")


def _part_of(one: Person, other: Person) -> tuple[float, str]:
    """Compare "Recep Tayyip Doe" and "Tayyip Doe": one name's first is the other's second."""
    few, many = sorted((one.given, other.given), key=len)
    if len(few) == 1 and len(many) > 1 and sound(few[0]) in map(sound, many[1:]):
        return 90.0, "part of the name"
    return 0.0, ""


def _surnames(one: str, other: str) -> tuple[float, str]:
    if one == other:
        return FULL, ""
    if sound(one) == sound(other):
        return 97.0, "spelling"
    if min(len(sound(one)), len(sound(other))) >= LONG and sound(one)[0] == sound(other)[0]:
        likeness = fuzz.ratio(sound(one), sound(other))
        if likeness >= NEAR:
            return float(likeness), "spelling"
    return 0.0, ""


_PRIVATE = frozenset(
    "resident student teacher farmer nurse driver survivor hostage refugee migrant volunteer "
    "player coach singer actor actress comedian musician rapper surgeon".split()
)
_POWER = frozenset(
    "president minister premier chancellor senator representative congressman governor "
    "secretary ambassador king queen pope general admiral spokesperson".split()
)


def _head(role: str) -> str:
    """Return the word that tells what a role is: "minister" of "foreign minister of X"."""
    return role.split(" of ")[0].split()[-1]


def contradict(one: Iterable[Counter[str]], other: Iterable[Counter[str]], *, strict: bool) -> bool:
    """Say whether (roles, countries) of two names cannot be one speaker's.

    Countries must be the same where both are known. Roles contradict where one is private
    life and the other power; with `strict`, where both are offices and none is shared.
    """
    roles, countries = one
    other_roles, other_countries = other
    here, there = most(countries), most(other_countries)
    if here and there and here != there:
        return True
    mine, theirs = {_head(role) for role in roles}, {_head(role) for role in other_roles}
    if not mine or not theirs or mine & theirs:
        return False
    if (mine <= _PRIVATE and theirs & _POWER) or (theirs <= _PRIVATE and mine & _POWER):
        return True
    return strict and bool(mine & _POWER) and bool(theirs & _POWER)


def differ(one: Iterable[Counter[str]], other: Iterable[Counter[str]]) -> bool:
    """Say whether both have roles and share none, and no country that is the same."""
    (roles, _), (other_roles, _) = one, other
    return bool(roles) and bool(other_roles) and not agree(one, other)


def agree(one: Iterable[Counter[str]], other: Iterable[Counter[str]]) -> bool:
    """Say whether two names have the same country, or share a role."""
    roles, countries = one
    other_roles, other_countries = other
    here = most(countries)
    if here is not None and here == most(other_countries):
        return True
    return bool({_head(r) for r in roles} & {_head(r) for r in other_roles})
