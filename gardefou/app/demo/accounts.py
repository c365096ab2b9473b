"""The accounts of the demo: the one of the incident, and a hundred others with lives of their own, all made up."""

from dataclasses import dataclass
from itertools import cycle, islice

#: The counters its page showed that evening.
TRUMP = "realDonaldTrump"
TRUMP_ID = 25073877
TRUMP_FOLLOWERS = 41_700_000
TRUMP_POSTS = 36_000
TRUMP_FOLLOWING = 45
TRUMP_JOINED = "2009-03-18T13:46:38Z"
#: The last post before the silence.
LAST_POST = "2017-11-02T22:35:43Z"

PASSWORD = "rail-and-drop"  # noqa: S105  # printed by `demo people`: it opens made-up accounts on loopback only


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """One account beside the one of the incident."""

    handle: str
    name: str
    locale: str = "en"
    followers: int = 0
    note: str = ""
    tier: str = ""
    office: str = ""


#: Those the story needs by name. The first six can be signed in to.
NAMED: tuple[Extra, ...] = (
    Extra(handle="ada_north", name="Ada North", followers=312, note="Gardens, bicycles, patience."),
    Extra(
        handle="camille_r", name="Camille Renard", locale="fr", followers=1_204, note="Lyon. Je lis, je râle, je relis."
    ),
    Extra(
        handle="sam_okafor",
        name="Sam Okafor",
        followers=845,
        note="Night-shift nurse. Opinions before coffee are void.",
    ),
    Extra(handle="lucie_hamel", name="Lucie Hamel", locale="fr", followers=96, note="Apprentie boulangère à Brest."),
    Extra(handle="tom_ashby", name="Tom Ashby", followers=2_310, note="I photograph bridges."),
    Extra(handle="noe_vidal", name="Noé Vidal", locale="fr", followers=540, note="Cartes, trains, horaires."),
    Extra(handle="lune_et_sel", name="Lune et sel", locale="fr", followers=3_870),
    Extra(handle="nightbus42", name="Night Bus 42", followers=1_902, note="Not the operator. Just the bus."),
    Extra(handle="seller_4471", name="Best Deals 4471", followers=58),
    Extra(handle="marble_kiln", name="Marble Kiln", followers=7_440, note="Ceramics by hand in Leeds."),
    Extra(handle="petit_vent", name="Petit vent", locale="fr", followers=2_051),
    Extra(handle="crateandkey", name="Crate & Key", followers=17),
    Extra(handle="h3lios_shop", name="H3lios Shop", followers=204),
    Extra(handle="bois_flotte", name="Bois flotté", locale="fr", followers=133),
    Extra(handle="win_now_7", name="WIN NOW", followers=4),
    Extra(handle="dr_real_cure", name="Dr Real Cure", followers=911),
    Extra(handle="anna_lindqvist_", name="Anna Lindqvist", followers=22),
    Extra(handle="patriot_eagle_88", name="Eagle 88", followers=1_377),
    Extra(handle="le_vrai_fisc", name="Impôts remboursement", locale="fr", followers=9),
    Extra(handle="quiet_harbour", name="Quiet Harbour", followers=640),
    Extra(
        handle="ville_exemple",
        name="Ville d’Exemple",
        locale="fr",
        followers=131_400,
        note="Compte officiel de la ville d’Exemple.",
        tier="notable",
        office="city",
    ),
    Extra(handle="north_gazette", name="The North Gazette", followers=248_900, note="News of the north since 1871."),
    Extra(
        handle="coastguard_ex",
        name="Exemplar Coastguard",
        followers=61_200,
        note="In distress, call. This account is not watched at night.",
        tier="notable",
        office="emergency service",
    ),
    Extra(
        handle="prefecture_ex",
        name="Préfecture d’Exemple",
        locale="fr",
        followers=38_050,
        tier="notable",
        office="state authority",
    ),
)

_ENGLISH = (
    "amber hill", "birch lane", "calm ledger", "dusty piano", "early train", "far shore", "green kettle", "half a map",
    "iron gate", "jam and toast", "kite weather", "late frost", "mostly rain", "nine lamps", "old ferry", "paper crane",
    "quick brown", "river mouth", "slow radio", "tin roof", "under oak", "velvet ant", "west pier", "yellow door",
)  # fmt: skip
_FRENCH = (
    "aube claire", "brume du soir", "carnet vert", "douze tasses", "encre bleue", "feuille morte", "grand large",
    "hier encore", "ile ronde", "jour de pluie", "kiosque rouge", "lampe torche", "mille pas", "nuage bas", "or gris",
    "pain perdu", "quai numero 3", "route de nuit", "sable fin", "trois moulins", "un air de rien", "vieux port",
)  # fmt: skip
_TAILS = ("", "_", "_fm", "x", "_photo", "_dit")


def crowd() -> list[Extra]:
    """Return the accounts nobody reports: people who read, follow and post."""
    found = []
    tails = cycle(_TAILS)
    names = [(name, "en") for name in _ENGLISH] + [(name, "fr") for name in _FRENCH]
    for number, (name, locale) in enumerate(islice(cycle(names), 76)):
        tail = next(tails) if number < len(names) else f"_{number}"
        followers = 11 + (number * 7919) % 2_600
        handle = name.replace(" ", "_") + tail
        found.append(Extra(handle=handle[:30], name=name.capitalize(), locale=locale, followers=followers))
    return found
