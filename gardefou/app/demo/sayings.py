"""What people say in the demo: posts, and what reporters write. All made up, but for the short facts in `STAND_INS`."""

ENGLISH = (
    "The 7:40 was on time today. I have nothing else to report, and that is a good day.",
    "First frost. The tomatoes have opinions.",
    "If anyone has lost a left glove at the library, it is on the second radiator.",
    "Third attempt at sourdough. It floats. That is not a compliment.",
    "Somebody has repainted the pier railing. It looks like the sea again.",
    "Night shift done. Going to sleep with the birds complaining.",
    "A whole page of a book without looking at a screen. Then I came here to say so.",
    "The heron is back at the weir.",
    "Bridge number 214: the footbridge behind the mill. Green, riveted, closed on Sundays.",
    "Question for the street: whose cat is the orange one that rides the bus?",
)
FRENCH = (
    "Le 7 h 40 était à l’heure. Rien d’autre à signaler, et c’est une bonne journée.",
    "Première gelée. Les tomates ont des avis.",
    "Gant gauche trouvé à la bibliothèque, il sèche sur le deuxième radiateur.",
    "Troisième levain. Il flotte. Ce n’est pas un compliment.",
    "On a repeint la rambarde de la jetée. Elle ressemble de nouveau à la mer.",
    "Fin de nuit. Je vais dormir pendant que les oiseaux protestent.",
    "Marché du samedi : trois sortes de poires et une dispute sur la quatrième.",
    "Le héron est revenu au barrage.",
    "La ligne 42 passe par le pont, ce soir, et il y a de la place.",
    "À qui est le chat roux qui prend le bus ?",
)

#: What the reported accounts said: handle → posts.
REPORTED: dict[str, tuple[str, ...]] = {
    "lune_et_sel": (
        "Je sais où tu habites, et je passe ce soir. On verra qui rira.",
        "Deuxième avertissement. Il n’y en aura pas de troisième.",
    ),
    "nightbus42": ("Official notice: fares double from tonight. Pay here to keep your pass: nightbus-pay.example",),
    "seller_4471": (
        "Brand new phones, 90 % off, pay first by gift card, ship never late. DM me the code.",
        "Everyone who ordered: the parcel is stuck, send 20 more and it moves.",
    ),
    "marble_kiln": ("To the reviewer of my mugs: I know your name now, and so does everyone who reads this.",),
    "petit_vent": ("Ces gens-là n’ont rien à faire ici, et on devrait le leur faire comprendre à coups de pied.",),
    "crateandkey": (
        "Click crate-key.example and win! Click crate-key.example and win! Click crate-key.example and win!",
    ),
    "h3lios_shop": (
        "Solar panels paid by the state, last day, give me your bank login and I fill in the form for you.",
    ),
    "bois_flotte": ("Je n’en peux plus. Ce soir j’arrête tout. Ne me cherchez pas.",),
    "win_now_7": ("YOU were chosen. Answer with your card number to receive the prize.",),
    "dr_real_cure": ("Throw your insulin away. My drops do the same in three days.",),
    "anna_lindqvist_": ("Hello, it is me, Anna, my old account was lost. Can you send me the door code again?",),
    "patriot_eagle_88": ("They should all be put on a train and sent where nobody asks what became of them.",),
    "le_vrai_fisc": ("Vous avez droit à 318,40 €. Envoyez le numéro de votre carte avant minuit.",),
    "quiet_harbour": ("I disagree with the harbour plan, and here are my nine reasons.",),
    "ville_exemple": ("Le vote de dimanche est reporté à lundi dans les bureaux 4 à 9.",),
    "north_gazette": ("Exclusive: the names and streets of the four families in the harbour case.",),
    "coastguard_ex": ("Gale warning for the strait from 18:00. Stay in port.",),
}

#: What reporters write, by category; `%s` is a small variation, so that a burst can say the same word for word.
COMMENTS: dict[str, tuple[str, ...]] = {
    "threats": ("He says he will come tonight.", "This is a threat, and I know whom it means.", "Il menace quelqu’un."),
    "self-harm": ("Quelqu’un doit aller voir comment il va.",),
    "hate": ("It calls for people to be taken away.", "Des appels à la violence contre des gens pour ce qu’ils sont."),
    "harassment": ("Third time this week, always the same person.", "She published my name."),
    "impersonation": ("This is not the bus company.", "I am Anna. This is not me."),
    "misleading": ("The vote is on Sunday. This is false.", "Dangereux et faux."),
    "fraud": ("I paid and got nothing.", "It asks for my bank login.", "Hameçonnage."),
    "spam": ("Same link forty times.",),
    "other": ("I do not like this account.",),
}
BURST = (
    "This account must go now. Report and pass it on.",
    "Remove this account today!!",
    "Everybody report, they cannot ignore all of us.",
)

#: Stand-ins for the real posts when the folder with them is not there: short facts in our own words.
STAND_INS: tuple[tuple[str, str], ...] = (
    ("2017-11-02T11:02:00Z", "[Stand-in] About the coal miners, in the morning."),
    ("2017-11-02T12:51:00Z", "[Stand-in] A birthday greeting to a golfer."),
    ("2017-11-02T14:20:00Z", "[Stand-in] The new head of the central bank will be announced today."),
    ("2017-11-02T16:05:00Z", "[Stand-in] The tax bill has been presented."),
    ("2017-11-02T17:58:00Z", "[Stand-in] A meeting with members of Congress, with photographs."),
    ("2017-11-02T19:31:00Z", "[Stand-in] Thanks for a nomination."),
    ("2017-11-02T21:12:00Z", "[Stand-in] About an interview on television tonight."),
    ("2017-11-02T22:35:43Z", "[Stand-in] The last post before the page was gone for eleven minutes."),
)
