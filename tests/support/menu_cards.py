"""More menus of other kitchens, written as a restaurant would: a card of categories and dishes.

A card is read line by line: `# Category`; `id Name price [group group] spoken / spoken`; and
`= id Name least-most kind: id Name +price (spoken / spoken), …`, where `*` marks what is taken when
nobody says anything. Prices are in minor units.
"""

from __future__ import annotations

import re
from typing import Any

from domain.menu import Menu, parse_menu

__all__ = ["BANGKOK", "DINER", "LEON", "OCAKBASI", "SAIGON", "SAKURA", "TAVERNA", "card"]

_ITEM = re.compile(
    r"(?P<id>\S+) (?P<name>.+?) (?P<price>\d+)(?: \[(?P<groups>.*?)\])? ?(?P<said>.*)"
)
_GROUP = re.compile(
    r"= (?P<id>\S+) (?P<name>.+?) (?P<min>\d)-(?P<max>\d)(?: (?P<kind>\w+))?: (?P<rest>.+)"
)
_MODIFIER = re.compile(
    r"(?P<default>\*?)(?P<id>\S+) (?P<name>[^+(]+?)(?: \+(?P<price>\d+))?(?: \((?P<said>.+)\))?"
)


def card(name: str, currency: str, text: str) -> Menu:
    """The menu on a card. Raises `Invalid` where the card says what no menu can."""
    rows = [row.strip() for row in text.strip().splitlines() if row.strip()]
    categories = [row[2:] for row in rows if row.startswith("# ")]
    items, category = [], ""
    for row in rows:
        if row.startswith("# "):
            category = _slug(row[2:])
        elif not row.startswith("= "):
            items.append(_item(row, category))
    return parse_menu(
        {
            "id": "main",
            "name": name,
            "currency": currency,
            "tax": {"prices_include_tax": currency != "USD", "classes": {"food": 700}},
            "categories": [{"id": _slug(c), "name": c} for c in categories],
            "items": items,
            "modifier_groups": [_group(row) for row in rows if row.startswith("= ")],
        }
    )


def _slug(name: str) -> str:
    return "-".join(name.lower().split())


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split("/") if word.strip()]


def _matched(pattern: re.Pattern[str], row: str) -> re.Match[str]:
    match = pattern.fullmatch(row)
    assert match is not None, f"not a row of a card: {row}"
    return match


def _item(row: str, category: str) -> dict[str, Any]:
    match = _matched(_ITEM, row)
    return {
        "id": match["id"],
        "category_id": category,
        "name": match["name"],
        "price": int(match["price"]),
        "tax_class": "food",
        "station": "kitchen",
        "spoken": _words(match["said"]),
        "modifier_group_ids": (match["groups"] or "").split(),
    }


def _group(row: str) -> dict[str, Any]:
    match = _matched(_GROUP, row)
    found = [_matched(_MODIFIER, text.strip()) for text in match["rest"].split(",")]
    return {
        "id": match["id"],
        "name": match["name"],
        "min": int(match["min"]),
        "max": int(match["max"]),
        "kind": match["kind"] or "",
        "default": [m["id"] for m in found if m["default"]],
        "modifiers": [
            {
                "id": m["id"],
                "name": m["name"],
                "price": int(m["price"] or 0),
                "spoken": _words(m["said"]),
            }
            for m in found
        ],
    }


BANGKOK = card(
    "Bangkok Garden",
    "USD",
    """
    # Starters
    satay Satay Gai 850 satay / chicken satay
    spring Po Pia Tod (4 pieces) 650 spring rolls
    tomyum Tom Yum Goong 890 [spice] tom yum
    tomkha Tom Kha Gai 850 [spice] tom kha / coconut soup
    # Curries
    green Gaeng Keow Wan 1350 [protein spice no] green curry
    red Gaeng Phed 1350 [protein spice no] red curry
    massaman Massaman 1450 [protein spice no] massaman curry
    # Noodles & Wok
    padthai Pad Thai 1250 [protein spice no addons]
    padseeew Pad See Ew 1250 [protein spice no addons]
    keemao Pad Kee Mao 1290 [protein spice no addons] drunken noodles
    kapow Pad Kra Pao 1290 [protein spice no addons] basil stir fry / pad kapow
    # Rice
    jasmine Jasmine Rice 250
    sticky Sticky Rice 300
    coconut Coconut Rice 350
    # Sweets
    mango Khao Niao Mamuang 750 mango sticky rice / sticky rice with mango
    # Drinks
    chayen Cha Yen 450 [sweet] thai iced tea / thai tea
    singha Singha 500 beer
    cocowater Coconut Water 400
    = protein Choose your protein 1-1: chicken Chicken, beef Beef +200, pork Pork, tofu Tofu, shrimp Shrimp +300 (prawns / prawn), veg Vegetables (veggies / vegetarian)
    = spice Spice level 1-1: mild Mild (not spicy), *medium Medium, hot Hot (spicy), thai Thai hot (extra hot / very spicy)
    = no No … 0-5: peanuts No peanuts (no nuts), cilantro No cilantro (no coriander), fish No fish sauce, egg No egg, sprouts No bean sprouts (no sprouts)
    = addons Add-ons 0-3 with: egg Fried egg +150, noodles Extra noodles +200, meat Extra meat +300 (double meat)
    = sweet Sweetness 1-1: *normal Normal, less Less sweet (half sweet), none No sugar (unsweetened)
    """,  # noqa: E501 (a group is one row of the card)
)

OCAKBASI = card(
    "Ocakbaşı",
    "GBP",
    """
    # Kebaplar
    doner Döner Kebab 850 [bread sauce salad] doner / kebab / donner kebab
    adana Adana Kebap 1350 [side] adana
    sis Şiş Kebap 1390 [meat side] shish kebab / shish
    iskender İskender 1450
    kofte Köfte 1250 [side] meatballs
    # Pide & Lahmacun
    lahmacun Lahmacun 450 [salad] turkish pizza
    peynirli Peynirli Pide 950 cheese pide
    kiymali Kıymalı Pide 1050 mince pide / meat pide
    # Meze
    humus Humus 490 hummus
    cacik Cacık 450 tzatziki
    sigara Sigara Böreği 550 cheese rolls
    fries Fries 350 chips
    # Tatlılar
    baklava Baklava 490
    # İçecekler
    ayran Ayran 200
    cay Çay 150 tea / turkish tea
    kahve Türk Kahvesi 280 turkish coffee
    cola Cola 220 coke
    = bread Bread 1-1: *pide Flatbread (pita), lavash Lavash (wrap / dürüm)
    = sauce Sauce 0-3 with: garlic Garlic sauce (garlic), chilli Chilli sauce (chilli / hot sauce / spicy sauce), yoghurt Yoghurt sauce (yoghurt / white sauce)
    = salad Salad 0-4 without: onions Onions, tomatoes Tomatoes, cabbage Red cabbage (cabbage), lettuce Lettuce
    = meat Meat 1-1: chicken Chicken, lamb Lamb +100
    = side Choose a side 1-1: rice Pilav (rice / pilaf), bulgur Bulgur, fries Fries +50 (chips)
    """,  # noqa: E501 (a group is one row of the card)
)

DINER = card(
    "Dolly's Diner",
    "USD",
    """
    # Burgers
    classic Classic Burger 990 [cooked extras hold] hamburger
    cheeseburger Cheeseburger 1090 [cooked extras hold]
    deluxe Bacon Deluxe Burger 1290 [cooked extras hold] bacon burger / bacon deluxe
    beyond Beyond Burger 1290 [extras hold] veggie burger
    # Combos
    classic-combo Classic Burger Combo 1490 [combo-side combo-drink cooked extras hold] burger meal
    cheese-combo Cheeseburger Combo 1590 [combo-side combo-drink cooked extras hold] cheeseburger meal
    # Sides
    fries Fries 390 [size] french fries
    rings Onion Rings 450
    mac Mac & Cheese 590
    nuggets Chicken Nuggets 590 [pieces dip] nuggets
    wings Buffalo Wings 990 [heat dip] wings
    hotdog Hot Dog 590 [toppings]
    # Breakfast
    pancakes Buttermilk Pancakes 890 pancakes / stack of pancakes
    # Desserts
    pie Apple Pie 450 [mode] slice of apple pie
    shake Milkshake 590 [flavor] shake
    # Drinks
    coke Coke 250 [size]
    diet Diet Coke 250 [size]
    sprite Sprite 250 [size]
    rootbeer Root Beer 290 [size]
    coffee Coffee 250 [milk]
    = cooked Temperature 1-1: rare Rare, midrare Medium rare, *medium Medium, midwell Medium well, well Well done
    = extras Extras 0-5 with: bacon Bacon +200, cheese Extra cheese +100 (cheese / cheddar), avocado Avocado +200 (avo), jalapenos Jalapeños +75, egg Fried egg +150 (egg)
    = hold Hold the … 0-6 without: onions Onions, pickles Pickles (gherkins), tomato Tomato, lettuce Lettuce, mayo Mayo (mayonnaise), ketchup Ketchup
    = combo-side Side 1-1: fries Fries, sweet Sweet potato fries +100, rings Onion rings +100, salad Side salad
    = combo-drink Drink 1-1: coke Coke, diet Diet Coke, sprite Sprite, rootbeer Root beer, tea Iced tea
    = size Size 1-1: small Small, *medium Medium (regular), large Large +100 (big)
    = pieces How many pieces 1-1: six 6 pieces, nine 9 pieces +200, twenty 20 pieces +700
    = heat How hot 1-1: mild Mild, hot Hot, inferno Inferno (extra hot)
    = dip Dip 0-2 with: ranch Ranch, blue Blue cheese, bbq BBQ sauce (barbecue sauce)
    = toppings Toppings 0-4 with: ketchup Ketchup, mustard Mustard, relish Relish, kraut Sauerkraut
    = mode Served 0-1 with: icecream À la mode +150 (ice cream), cream Whipped cream +80
    = flavor Flavor 1-1: vanilla Vanilla, chocolate Chocolate, strawberry Strawberry
    = milk Milk 0-1 with: milk Milk, oat Oat milk +60, cream Cream
    """,  # noqa: E501 (a group is one row of the card)
)

SAKURA = card(
    "Sakura",
    "EUR",
    """
    # Nigiri
    sake Sake Nigiri (2 pcs) 520 [no] salmon nigiri
    maguro Maguro Nigiri (2 pcs) 580 [no] tuna nigiri
    ebi Ebi Nigiri (2 pcs) 540 [no] shrimp nigiri / prawn nigiri
    unagi Unagi Nigiri (2 pcs) 620 [no] eel nigiri
    # Maki
    kappa Kappa Maki 390 [pieces] cucumber maki / cucumber roll
    tekka Tekka Maki 490 [pieces] tuna maki / tuna roll
    avocado Avocado Maki 430 [pieces] avocado roll
    california California Roll 890 [rice no extra]
    dragon Dragon Roll 1290 [rice no extra]
    spicytuna Spicy Tuna Roll 1090 [rice no extra]
    # Hot Dishes
    miso Miso Soup 350 [no]
    gyoza Gyōza (6 pcs) 690 [filling] dumplings / potstickers
    ramen Tonkotsu Ramen 1390 [strength no extra] ramen
    udon Yaki Udon 1290 [protein] fried udon / udon
    tempura Ebi Tempura 1190 shrimp tempura
    edamame Edamame 450
    # Drinks
    sencha Sencha 320 green tea
    sakebottle Warm Sake 690 [size] sake bottle / rice wine
    asahi Asahi 420 beer
    ramune Ramune 350 [taste] japanese lemonade
    # Sweets
    mochi Mochi (2 pcs) 490 [taste] mochi ice cream
    = pieces Pieces 1-1: *six 6 pieces (small), twelve 12 pieces +380 (large)
    = rice Rice 1-1: *white White rice, brown Brown rice +100
    = no No … 0-5 without: wasabi Wasabi, ginger Ginger, sesame Sesame, mayo Mayo (mayonnaise), scallions Scallions (spring onions / green onions)
    = extra Extra 0-3 with: wasabi Extra wasabi, ginger Extra ginger +50, egg Ajitama egg +180 (egg / marinated egg), nori Nori +100 (seaweed)
    = filling Filling 1-1: pork Pork, chicken Chicken, veg Vegetable (veggie / vegetables)
    = strength Broth 1-1: light Light broth (light), *normal Normal broth, rich Rich broth (rich)
    = protein Choose your topping 1-1: beef Beef +200, chicken Chicken, tofu Tofu
    = size Size 1-1: *small Small, large Large +400
    = taste Flavour 1-1: matcha Matcha (green tea), mango Mango, lychee Lychee
    """,  # noqa: E501 (a group is one row of the card)
)

SAIGON = card(
    "Quán Saigon",
    "USD",
    """
    # Phở & Soups
    phobo Phở Bò 1290 [size without extras] beef pho / pho with beef
    phoga Phở Gà 1190 [size without extras] chicken pho / pho with chicken
    bunbohue Bún Bò Huế 1390 [size without extras] spicy beef noodle soup
    # Rice & Noodles
    bunthit Bún Thịt Nướng 1290 [without extras] grilled pork vermicelli
    comtam Cơm Tấm 1350 [cut] broken rice
    bokho Bò Lúc Lắc 1590 shaking beef
    # Bánh Mì
    banhmi Bánh Mì 790 [filling without]
    # Small plates
    goicuon Gỏi Cuốn (2) 650 [roll] summer rolls / fresh rolls
    chagio Chả Giò (3) 690 egg rolls / fried spring rolls
    canhga Cánh Gà Chiên 890 chicken wings / fish sauce wings
    # Drinks
    caphe Cà Phê Sữa 480 [temp sweet] vietnamese coffee / coffee
    trada Trà Đá 250 iced tea
    nuocchanh Nước Chanh 390 [sweet] lemonade / limeade
    sinhto Sinh Tố 590 [fruit] smoothie / shake
    = size Bowl size 1-1: *regular Regular, large Large +200 (big)
    = without Leave out 0-5 without: cilantro Cilantro (coriander), onions Onions (onion), sprouts Bean sprouts (sprouts), chili Chili (chilli / jalapeños), pickles Pickled carrots (pickles / pickled vegetables), basil Thai basil (basil)
    = extras Add 0-3 with: meat Extra meat +350, noodles Extra noodles +200, eggroll Egg roll +250, brisket Brisket +300
    = cut Choose your meat 1-1: pork Grilled pork chop (pork chop / pork), chicken Lemongrass chicken (chicken), tofu Fried tofu (tofu)
    = filling Filling 1-1: coldcuts Cold cuts (classic), pork Grilled pork (pork), chicken Chicken, tofu Tofu
    = roll Inside 1-1: *shrimp Shrimp and pork (shrimp), tofu Tofu
    = temp Hot or iced 1-1: hot Hot, iced Iced (on ice / cold)
    = sweet Sweetness 1-1: *normal Normal, less Less sugar (less sweet), none No sugar
    = fruit Fruit 1-1: avocado Avocado, mango Mango, durian Durian, strawberry Strawberry
    """,  # noqa: E501 (a group is one row of the card)
)

TAVERNA = card(
    "Taverna Ελιά",
    "EUR",
    """
    # Mezedes
    tzatziki Tzatziki 490 [bread]
    taramas Taramosaláta 550 [bread] taramasalata / fish roe dip
    dolmades Dolmadákia 690 dolmades / stuffed vine leaves
    saganaki Saganáki 790 fried cheese
    kalamarakia Kalamarákia 990 fried squid / calamari
    # Salads
    horiatiki Horiátiki 890 [no] greek salad / village salad
    roka Roka Salad 790 [no] rocket salad
    # From the Grill
    gyros Gyros Plate 1390 [meat side] gyros
    souvlaki Souvlaki 1290 [meat side sticks]
    bifteki Biftéki 1350 [side] stuffed burger patty
    pitagyros Gyros Pita 790 [meat no extras] pita gyros / gyros in pita / gyros wrap
    # Oven
    moussaka Moussakás 1290 moussaka
    pastitsio Pastítsio 1190 greek lasagna
    # Drinks
    retsina Retsína 590 [carafe]
    ouzo Oúzo 350
    mythos Mythos 420 beer
    limonada Limonáda 380 lemonade
    # Sweets
    galaktoboureko Galaktoboúreko 590 custard pie
    yaourti Yaoúrti 490 [top] greek yoghurt
    = bread Bread 0-1 with: pita Pita bread +150 (pita), white White bread +100
    = meat Meat 1-1: pork Pork, chicken Chicken +50
    = side Side dish 1-1: fries Fries (chips / french fries), rice Rice, lemon Lemon potatoes (potatoes), salad Small salad (salad)
    = sticks Skewers 1-1: *two 2 skewers, three 3 skewers +350
    = no No … 0-5 without: onions Onions (onion), olives Olives, feta Feta, tomato Tomato (tomatoes), tzatziki Tzatziki
    = extras Extras 0-3 with: feta Feta +100, fries Fries inside +80 (fries), spicy Hot sauce +30
    = carafe Carafe 1-1: quarter Quarter litre (small), half Half litre +450 (large)
    = top Topping 1-1: honey Honey and walnuts (honey), cherry Sour cherry (cherries / cherry), plain Plain
    """,  # noqa: E501 (a group is one row of the card)
)

LEON = card(
    "Café Léon",
    "EUR",
    """
    # Viennoiseries
    croissant Croissant 220 [chaud]
    painchoc Pain au Chocolat 260 [chaud] chocolate croissant
    chausson Chausson aux Pommes 290 apple turnover
    # Crêpes
    sucre Crêpe au Sucre 450 [supplement] sugar crepe
    nutella Crêpe Nutella 590 [supplement]
    complete Galette Complète 990 [sans oeuf] ham and cheese galette / buckwheat galette
    # Sandwiches
    jambon Jambon-Beurre 650 [pain sans] ham baguette / ham sandwich
    thon Thon Crudités 690 [pain sans] tuna sandwich / tuna baguette
    monsieur Croque Monsieur 890 [accompagnement] toasted ham and cheese
    madame Croque Madame 990 [accompagnement]
    # Salades
    nicoise Salade Niçoise 1190 [sans] nicoise
    chevre Salade de Chèvre Chaud 1090 [sans] goat cheese salad
    # Boissons
    creme Café Crème 380 [taille lait] white coffee / cafe creme
    noisette Noisette 250
    chocolat Chocolat Chaud 420 [taille lait] hot chocolate
    orange Orange Pressée 490 fresh orange juice
    evian Evian 280 water / still water
    perrier Perrier 320 sparkling water
    = chaud Réchauffé 0-1: warm Warmed up (warm / heated)
    = supplement Suppléments 0-3 with: chantilly Chantilly +100 (whipped cream), banane Banane +120 (banana), fraise Fraises +150 (strawberries)
    = sans Sans 0-5 without: oignon Oignons (onions / onion), tomate Tomates (tomatoes / tomato), olive Olives, anchois Anchois (anchovies), beurre Beurre (butter)
    = oeuf Œuf 1-1: miroir Miroir (sunny side up), brouille Brouillé (scrambled)
    = pain Pain 1-1: *blanc Baguette blanche (white / white bread), complet Pain complet (wholemeal / brown bread)
    = accompagnement Avec 1-1: frites Frites (fries / chips), salade Salade verte (green salad / salad)
    = taille Taille 1-1: petit Petit (small), *moyen Moyen (medium / regular), grand Grand +80 (large / big)
    = lait Lait 1-1: *vache Lait entier (normal milk), avoine Lait d’avoine +50 (oat milk / oat), soja Lait de soja +50 (soy milk / soy)
    """,  # noqa: E501 (a group is one row of the card)
)
