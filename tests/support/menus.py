"""Five menus of different kitchens, languages and option groups, for the agent's tests.

`TRATTORIA` is Italian with sizes and extras; `TAQUERIA` has Spanish names, dollars, net prices and
choices without a default; `TEAHOUSE` has Chinese names beside English ones and "No …" options;
`CURRYHOUSE` must ask how hot; `GASTHAUS` has German names and sides that are dishes too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.menu import Menu, parse_menu

Row = tuple[str, str, str, int, Sequence[str], Sequence[str]]


def _items(rows: Sequence[Row], names: dict[str, str] | None = None) -> list[dict[str, Any]]:
    return [
        {
            "id": item_id,
            "category_id": category,
            "name": name,
            "price": price,
            "tax_class": "food",
            "station": "kitchen",
            "spoken": list(spoken),
            "modifier_group_ids": list(groups),
            "names": {"zh": names[item_id]} if names and item_id in names else {},
        }
        for item_id, category, name, price, spoken, groups in rows
    ]


def _group(group_id: str, name: str, choices: dict[str, Any], **rest: Any) -> dict[str, Any]:
    modifiers = []
    for modifier_id, value in choices.items():
        label, price, *spoken = value if isinstance(value, tuple) else (value, 0)
        modifiers.append({"id": modifier_id, "name": label, "price": price, "spoken": spoken})
    return {"id": group_id, "name": name, "modifiers": modifiers, **rest}


def _menu(name: str, currency: str, categories: dict[str, str], **rest: Any) -> Menu:
    return parse_menu(
        {
            "id": "main",
            "name": name,
            "currency": currency,
            "tax": {"prices_include_tax": currency != "USD", "classes": {"food": 700}},
            "categories": [{"id": i, "name": n} for i, n in categories.items()],
            **rest,
        }
    )


TRATTORIA = _menu(
    "Trattoria",
    "EUR",
    {
        "pizza": "Pizza",
        "pasta": "Pasta",
        "salads": "Salads",
        "desserts": "Desserts",
        "drinks": "Drinks",
    },
    items=_items(
        [
            (
                "margherita",
                "pizza",
                "Margherita",
                950,
                ["margarita"],
                ["size", "extras", "without"],
            ),
            ("diavola", "pizza", "Diavola", 1150, ["spicy pizza"], ["size", "extras", "without"]),
            ("funghi", "pizza", "Funghi", 1050, ["mushroom pizza"], ["size", "extras", "without"]),
            ("salami", "pizza", "Salami", 1090, ["pepperoni"], ["size", "extras", "without"]),
            ("tonno", "pizza", "Tonno", 1190, ["tuna pizza"], ["size", "extras", "without"]),
            (
                "quattro",
                "pizza",
                "Quattro Formaggi",
                1250,
                ["four cheese"],
                ["size", "extras", "without"],
            ),
            ("carbonara", "pasta", "Carbonara", 1190, [], ["shape", "without"]),
            ("bolognese", "pasta", "Bolognese", 1150, [], ["shape"]),
            ("gnocchi", "pasta", "Gnocchi al Pesto", 1190, [], []),
            ("lasagne", "pasta", "Lasagne al Forno", 1290, ["lasagna"], []),
            ("tuna-salad", "salads", "Tuna Salad", 990, [], ["without"]),
            ("green-salad", "salads", "Green Salad", 690, [], ["without"]),
            ("tiramisu", "desserts", "Tiramisù", 650, [], []),
            ("panna-cotta", "desserts", "Panna Cotta", 590, [], []),
            ("gelato", "desserts", "Gelato", 490, ["ice cream"], ["flavours"]),
            ("coke", "drinks", "Coke", 300, ["cola", "coca cola"], ["drink-size"]),
            ("coke-zero", "drinks", "Coke Zero", 300, ["diet coke"], ["drink-size"]),
            ("sprite", "drinks", "Sprite", 300, ["lemonade"], ["drink-size"]),
            ("water", "drinks", "Sparkling Water", 290, ["fizzy water"], []),
            ("red-wine", "drinks", "Red Wine", 590, ["glass of red"], []),
        ]
    ),
    modifier_groups=[
        _group(
            "size",
            "Size",
            {"regular": ("Regular", 0, "normal", "medium"), "large": ("Large", 250, "big")},
            min=1,
            max=1,
            default=["regular"],
        ),
        _group(
            "drink-size",
            "Size",
            {
                "small": ("Small 0.2 l", 0, "small", "little"),
                "large": ("Large 0.5 l", 150, "large", "big"),
            },
            min=1,
            max=1,
            default=["small"],
        ),
        _group(
            "extras",
            "Extras",
            {
                "cheese": ("Extra Cheese", 150, "cheese"),
                "mushrooms": ("Mushrooms", 120),
                "olives": ("Olives", 100),
                "ham": ("Ham", 150),
                "salami": ("Salami", 180, "pepperoni"),
            },
            max=3,
            kind="with",
        ),
        _group(
            "without",
            "Without",
            {
                "basil": "Basil",
                "olives": "Olives",
                "onions": "Onions",
                "cheese": ("Cheese", 0, "mozzarella"),
                "garlic": "Garlic",
            },
            max=5,
            kind="without",
        ),
        _group(
            "shape",
            "Pasta",
            {
                "spaghetti": "Spaghetti",
                "penne": "Penne",
                "gluten-free": ("Gluten-free Penne", 150, "gluten free"),
            },
            min=1,
            max=1,
            default=["spaghetti"],
        ),
        _group(
            "flavours",
            "Flavours",
            {"vanilla": "Vanilla", "chocolate": "Chocolate", "pistachio": ("Pistachio", 50)},
            min=1,
            max=3,
            default=["vanilla"],
        ),
    ],
)

TAQUERIA = _menu(
    "La Esquina",
    "USD",
    {"tacos": "Tacos", "burritos": "Burritos", "sides": "Sides", "drinks": "Bebidas"},
    items=_items(
        [
            ("al-pastor", "tacos", "Taco al Pastor", 395, [], ["tortilla", "salsa", "hold"]),
            (
                "carnitas",
                "tacos",
                "Taco de Carnitas",
                395,
                ["pulled pork taco"],
                ["tortilla", "salsa", "hold"],
            ),
            (
                "pescado",
                "tacos",
                "Taco de Pescado",
                450,
                ["fish taco"],
                ["tortilla", "salsa", "hold"],
            ),
            (
                "pollo-burrito",
                "burritos",
                "Burrito de Pollo",
                1050,
                ["chicken burrito"],
                ["beans", "burrito-extras", "hold"],
            ),
            (
                "asada-burrito",
                "burritos",
                "Burrito de Carne Asada",
                1150,
                ["steak burrito", "beef burrito"],
                ["beans", "burrito-extras", "hold"],
            ),
            ("quesadilla", "sides", "Quesadilla", 700, [], ["hold"]),
            ("guacamole", "sides", "Chips and Guacamole", 650, ["chips and guac", "guac"], []),
            ("elote", "sides", "Elote", 450, ["corn", "street corn"], []),
            ("horchata", "drinks", "Horchata", 350, [], ["agua-size"]),
            ("jamaica", "drinks", "Agua de Jamaica", 350, ["hibiscus"], ["agua-size"]),
            ("jarritos", "drinks", "Jarritos", 300, [], ["flavor"]),
        ]
    ),
    modifier_groups=[
        _group(
            "tortilla",
            "Tortilla",
            {"corn": "Corn tortilla", "flour": "Flour tortilla"},
            min=1,
            max=1,
            default=["corn"],
        ),
        _group(
            "salsa",
            "Salsa",
            {
                "verde": ("Salsa Verde", 0, "green salsa"),
                "roja": ("Salsa Roja", 0, "red salsa", "hot salsa"),
            },
            max=2,
        ),
        _group(
            "hold",
            "Hold",
            {
                "cilantro": "Cilantro",
                "onion": "Onion",
                "cream": ("Sour Cream", 0, "crema"),
                "cheese": "Cheese",
            },
            max=4,
            kind="without",
        ),
        _group(
            "beans",
            "Beans",
            {"black": "Black Beans", "pinto": "Pinto Beans", "none": "No Beans"},
            min=1,
            max=1,
        ),
        _group(
            "burrito-extras",
            "Extras",
            {
                "guac": ("Guacamole", 150, "guac"),
                "cheese": ("Extra Cheese", 100, "cheese"),
                "rice": ("Extra Rice", 50, "rice"),
            },
            max=3,
            kind="with",
        ),
        _group(
            "agua-size",
            "Tamaño",
            {"chica": ("Chica", 0, "small"), "grande": ("Grande", 100, "large")},
            min=1,
            max=1,
        ),
        _group(
            "flavor",
            "Flavor",
            {"lime": "Lime", "mango": "Mango", "tamarind": ("Tamarindo", 0, "tamarind")},
            min=1,
            max=1,
        ),
    ],
)

TEAHOUSE = _menu(
    "Jade Garden",
    "GBP",
    {
        "starters": "Starters",
        "chicken": "Chicken",
        "beef": "Beef",
        "rice": "Rice & Noodles",
        "tea": "Tea",
    },
    items=_items(
        [
            ("spring-rolls", "starters", "Spring Rolls (4 pieces)", 480, [], []),
            (
                "dumplings",
                "starters",
                "Pork Dumplings",
                650,
                ["potstickers", "jiaozi"],
                ["cooking"],
            ),
            ("hot-sour", "starters", "Hot and Sour Soup", 420, [], ["heat"]),
            (
                "kung-pao",
                "chicken",
                "Kung Pao Chicken",
                980,
                ["gong bao chicken"],
                ["heat", "rice-choice", "leave-out"],
            ),
            ("lemon-chicken", "chicken", "Lemon Chicken", 950, [], ["rice-choice"]),
            (
                "sweet-sour",
                "chicken",
                "Sweet and Sour Chicken",
                960,
                [],
                ["rice-choice", "leave-out"],
            ),
            ("mapo", "beef", "Mapo Tofu with Beef", 890, ["mapo tofu"], ["heat", "rice-choice"]),
            (
                "black-bean",
                "beef",
                "Beef in Black Bean Sauce",
                1020,
                [],
                ["heat", "rice-choice", "leave-out"],
            ),
            ("fried-rice", "rice", "Egg Fried Rice", 380, [], []),
            ("boiled-rice", "rice", "Boiled Rice", 280, ["plain rice", "white rice"], []),
            ("chow-mein", "rice", "Chicken Chow Mein", 780, ["chow mein"], ["leave-out"]),
            ("jasmine", "tea", "Jasmine Tea", 250, [], ["ice"]),
            ("bubble-tea", "tea", "Bubble Tea", 420, ["boba"], ["ice", "sugar"]),
        ],
        {"kung-pao": "宫保鸡丁", "mapo": "麻婆豆腐", "dumplings": "饺子", "bubble-tea": "珍珠奶茶"},
    ),
    modifier_groups=[
        _group(
            "heat",
            "Spice level",
            {
                "mild": "Mild",
                "medium": ("Medium", 0, "medium spicy", "medium hot"),
                "hot": ("Hot", 0, "spicy", "extra hot", "very spicy"),
            },
            min=1,
            max=1,
            default=["medium"],
        ),
        _group(
            "rice-choice",
            "With",
            {
                "boiled": ("Boiled Rice", 0, "plain rice", "white rice"),
                "fried": ("Egg Fried Rice", 120, "fried rice"),
                "none": "No Rice",
            },
            min=1,
            max=1,
            default=["boiled"],
        ),
        _group(
            "leave-out",
            "Leave out",
            {"peanuts": ("No Peanuts", 0, "no nuts"), "onion": "No Onion", "peppers": "No Peppers"},
            max=3,
        ),
        _group(
            "cooking",
            "Cooking",
            {"steamed": "Steamed", "fried": ("Pan-fried", 0, "fried")},
            min=1,
            max=1,
        ),
        _group(
            "ice",
            "Ice",
            {"normal": ("Normal Ice", 0), "less": ("Less Ice", 0), "none": ("No Ice", 0)},
            min=1,
            max=1,
            default=["normal"],
        ),
        _group(
            "sugar",
            "Sugar",
            {
                "full": ("Full Sugar", 0),
                "half": ("Half Sugar", 0),
                "none": ("No Sugar", 0, "unsweetened"),
            },
            min=1,
            max=1,
            default=["full"],
        ),
    ],
)

CURRYHOUSE = _menu(
    "Spice Route",
    "GBP",
    {
        "starters": "Starters",
        "curries": "Curries",
        "tandoor": "From the Tandoor",
        "breads": "Breads",
        "rice": "Rice",
        "drinks": "Drinks",
    },
    items=_items(
        [
            ("samosa", "starters", "Vegetable Samosa", 450, ["samosas"], ["chutney"]),
            ("bhaji", "starters", "Onion Bhaji", 420, [], ["chutney"]),
            (
                "tikka-masala",
                "curries",
                "Chicken Tikka Masala",
                1050,
                ["tikka masala"],
                ["heat", "no"],
            ),
            ("korma", "curries", "Chicken Korma", 990, ["korma"], ["heat", "no"]),
            ("rogan", "curries", "Lamb Rogan Josh", 1150, ["rogan josh"], ["heat", "no"]),
            ("vindaloo", "curries", "Lamb Vindaloo", 1180, ["vindaloo"], ["no"]),
            (
                "saag",
                "curries",
                "Saag Paneer",
                890,
                ["palak paneer", "spinach and cheese curry"],
                ["heat", "no"],
            ),
            (
                "dal",
                "curries",
                "Dal Makhani",
                780,
                ["black lentils", "dhal", "daal"],
                ["heat", "no"],
            ),
            (
                "tandoori-half",
                "tandoor",
                "Tandoori Chicken (half)",
                950,
                ["half tandoori chicken"],
                [],
            ),
            (
                "tandoori-whole",
                "tandoor",
                "Tandoori Chicken (whole)",
                1750,
                ["whole tandoori chicken"],
                [],
            ),
            ("seekh", "tandoor", "Seekh Kebab", 720, ["lamb kebab"], ["no"]),
            ("naan", "breads", "Naan", 250, ["plain naan"], []),
            ("garlic-naan", "breads", "Garlic Naan", 300, [], []),
            ("peshwari", "breads", "Peshwari Naan", 350, ["sweet naan"], []),
            ("roti", "breads", "Roti", 200, ["chapati"], []),
            ("basmati", "rice", "Basmati Rice", 280, ["plain rice", "boiled rice"], []),
            ("pilau", "rice", "Pilau Rice", 320, [], []),
            ("mango-lassi", "drinks", "Mango Lassi", 350, [], ["size"]),
            ("salt-lassi", "drinks", "Salted Lassi", 320, ["salty lassi"], ["size"]),
            ("cobra", "drinks", "Cobra Beer", 420, ["cobra"], ["size"]),
            ("water", "drinks", "Mineral Water", 200, ["water"], ["fizz"]),
        ]
    ),
    modifier_groups=[
        _group(
            "heat",
            "Heat",
            {
                "mild": ("Mild", 0),
                "medium": ("Medium", 0),
                "hot": ("Hot", 0, "spicy"),
                "extra-hot": ("Extra hot", 0, "extra spicy", "very hot", "very spicy"),
            },
            min=1,
            max=1,
        ),
        _group(
            "no",
            "Without",
            {
                "coriander": ("Coriander", 0, "cilantro"),
                "onion": "Onion",
                "cream": "Cream",
                "nuts": ("Nuts", 0, "cashews"),
            },
            max=4,
            kind="without",
        ),
        _group(
            "chutney",
            "Chutney",
            {
                "mango": "Mango Chutney",
                "mint": ("Mint Chutney", 0, "mint sauce"),
                "tamarind": "Tamarind Chutney",
            },
            min=0,
            max=2,
            kind="with",
        ),
        _group(
            "size",
            "Size",
            {"regular": "Regular", "large": ("Large", 120, "big")},
            min=1,
            max=1,
            default=["regular"],
        ),
        _group(
            "fizz", "Kind", {"still": "Still", "sparkling": ("Sparkling", 0, "fizzy")}, min=1, max=1
        ),
    ],
)
GASTHAUS = _menu(
    "Zum Ochsen",
    "EUR",
    {
        "vor": "Vorspeisen",
        "haupt": "Hauptgerichte",
        "bei": "Beilagen",
        "suess": "Süßspeisen",
        "trink": "Getränke",
    },
    items=_items(
        [
            (
                "schnitzel",
                "haupt",
                "Wiener Schnitzel",
                1850,
                ["schnitzel", "veal schnitzel"],
                ["beilage", "ohne"],
            ),
            (
                "jaeger",
                "haupt",
                "Jägerschnitzel",
                1690,
                ["hunter schnitzel", "mushroom schnitzel"],
                ["beilage", "ohne"],
            ),
            (
                "braten",
                "haupt",
                "Schweinebraten",
                1590,
                ["roast pork", "pork roast"],
                ["beilage", "ohne"],
            ),
            ("sauer", "haupt", "Sauerbraten", 1790, ["pot roast"], ["beilage"]),
            (
                "spaetzle",
                "haupt",
                "Käsespätzle",
                1290,
                ["cheese noodles", "cheese spaetzle"],
                ["ohne"],
            ),
            (
                "bratwurst",
                "haupt",
                "Bratwurst (2 Stück)",
                1190,
                ["sausage", "sausages", "grilled sausage"],
                ["beilage", "senf"],
            ),
            ("suppe", "vor", "Leberknödelsuppe", 590, ["liver dumpling soup"], []),
            ("brezn", "vor", "Brezn", 350, ["pretzel"], []),
            ("pommes", "bei", "Pommes frites", 420, ["fries", "french fries", "chips"], ["dip"]),
            ("salat", "bei", "Gemischter Salat", 490, ["mixed salad", "side salad"], ["ohne"]),
            ("strudel", "suess", "Apfelstrudel", 590, ["apple strudel"], ["dazu"]),
            ("helles", "trink", "Helles", 420, ["lager", "beer"], ["groesse"]),
            ("weisse", "trink", "Weißbier", 450, ["wheat beer", "hefeweizen"], ["groesse"]),
            ("schorle", "trink", "Apfelschorle", 390, ["apple spritzer"], ["groesse"]),
            ("spezi", "trink", "Spezi", 390, ["cola mix"], ["groesse"]),
        ]
    ),
    modifier_groups=[
        _group(
            "beilage",
            "Beilage",
            {
                "kartoffelsalat": ("Kartoffelsalat", 0, "potato salad"),
                "pommes": ("Pommes", 0, "fries", "french fries"),
                "knoedel": ("Knödel", 0, "dumplings", "dumpling"),
                "reis": ("Reis", 0, "rice"),
            },
            min=1,
            max=1,
        ),
        _group(
            "ohne",
            "Ohne",
            {
                "zwiebeln": ("Ohne Zwiebeln", 0, "no onions", "onions"),
                "sauce": ("Ohne Sauce", 0, "no gravy", "gravy"),
                "preiselbeeren": ("Ohne Preiselbeeren", 0, "cranberries", "lingonberries"),
            },
            max=3,
            kind="without",
        ),
        _group(
            "senf",
            "Senf",
            {
                "suess": ("Süßer Senf", 0, "sweet mustard"),
                "scharf": ("Scharfer Senf", 0, "hot mustard", "spicy mustard"),
            },
            min=0,
            max=2,
            kind="with",
        ),
        _group(
            "dip",
            "Dip",
            {"ketchup": ("Ketchup", 50), "mayo": ("Mayo", 50, "mayonnaise")},
            min=0,
            max=2,
            kind="with",
        ),
        _group(
            "dazu",
            "Dazu",
            {
                "vanille": ("Vanillesoße", 100, "vanilla sauce", "custard"),
                "eis": ("Vanilleeis", 150, "ice cream", "vanilla ice cream"),
                "sahne": ("Sahne", 80, "whipped cream", "cream"),
            },
            min=0,
            max=2,
            kind="with",
        ),
        _group(
            "groesse",
            "Größe",
            {"klein": ("0,3 l", 0, "small"), "gross": ("0,5 l", 120, "large", "big")},
            min=1,
            max=1,
            default=["gross"],
        ),
    ],
)
