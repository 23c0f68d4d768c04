"""Menus where much is to be chosen: bowls, pizzas of two halves, plates with two sides. Cards as in
`menu_cards`."""

from __future__ import annotations

from tests.support.menu_cards import card

__all__ = ["POKE", "SLICE", "SMOKE"]

POKE = card(
    "Island Bowl",
    "USD",
    """
    # Bowls
    regular Regular Bowl 1250 [base prot2 mixins sauce tops]
    big Big Kahuna Bowl 1550 [base prot3 mixins sauce tops] big bowl / kahuna
    kids Kids Bowl 850 [base prot1 sauce]
    # Burritos
    sushirrito Sushi Burrito 1290 [prot2 sauce tops] sushirrito
    # Sides
    musubi Spam Musubi 390 musubi
    seaweed Seaweed Salad 450
    misosoup Miso Soup 290
    fries Sweet Potato Fries 490 [fsize]
    # Drinks
    guava Guava Juice 350
    lemonade Lemonade 320 [dsize lflav]
    boba Boba Tea 550 [bflav bsweet btop dsize]
    water Bottled Water 200 water
    = base Base 1-1: white White Rice, brown Brown Rice, greens Mixed Greens (salad), zoodle Zucchini Noodles +100 (zoodles)
    = prot1 Protein 1-1: ahi Ahi Tuna (tuna), salmon Salmon, shrimp Shrimp, tofu Tofu, chicken Chicken
    = prot2 Two proteins 2-2: ahi Ahi Tuna (tuna), salmon Salmon, shrimp Shrimp, tofu Tofu, chicken Chicken
    = prot3 Three proteins 3-3: ahi Ahi Tuna (tuna), salmon Salmon, shrimp Shrimp, tofu Tofu, chicken Chicken
    = mixins Mix-ins 0-5 with: cucumber Cucumber, onion Sweet Onion (onion), edamame Edamame, corn Corn, mango Mango, jalapeno Jalapeño
    = sauce Sauce 1-1: shoyu Classic Shoyu (shoyu / soy), ponzu Ponzu, spicy Spicy Mayo, none No Sauce
    = tops Toppings 0-4 with: sesame Sesame Seeds (sesame), nori Nori, masago Masago +75, avocado Avocado +150, crunch Crispy Onions
    = fsize Size 1-1: *small Small, large Large +200
    = dsize Size 1-1: *medium Medium (regular), large Large +80
    = lflav Flavor 1-1: *plain Plain, strawberry Strawberry, lilikoi Lilikoi (passion fruit)
    = bflav Flavor 1-1: taro Taro, matcha Matcha, thai Thai, honeydew Honeydew
    = bsweet Sweetness 1-1: *full Full sugar, half Half sugar, zero No sugar
    = btop Boba 0-1 with: tapioca Tapioca pearls +60 (pearls), popping Popping boba +60
    """,  # noqa: E501 (a group is one row of the card)
)
SLICE = card(
    "Slice House",
    "USD",
    """
    # Pizzas
    cheese Cheese Pizza 1200 [psize crust adds]
    pepperoni Pepperoni Pizza 1400 [psize crust adds]
    veggie Garden Veggie Pizza 1450 [psize crust adds]
    meat Meat Lovers Pizza 1650 [psize crust adds] meat lovers / meatlovers
    hawaiian Hawaiian Pizza 1500 [psize crust adds]
    half Half and Half Pizza 1600 [psize crust h1 h2]
    # Slices
    slice Slice 350 [skind] slice of pizza
    # Wings
    bonein Bone-In Wings 1100 [wsauce wcount dip] wings / bone in wings
    boneless Boneless Wings 1000 [wsauce wcount dip]
    # Subs
    italian Italian Sub 990 [sub]
    meatball Meatball Sub 1050 [sub]
    # Sides
    knots Garlic Knots 550
    sticks Mozzarella Sticks 690 mozz sticks
    caesar Caesar Salad 790 [dressing salext]
    fries Fries 400
    # Drinks
    twoliter 2 Liter Soda 400 [soda] two liter / 2 liter
    can Can of Soda 150 [soda] soda / can
    water Water 100
    # Desserts
    cannoli Cannoli 350
    cheesecake Cheesecake 490
    = psize Size 1-1: small Small 10 inch (small / ten inch), medium Medium 14 inch +300 (medium), large Large 18 inch +600 (large / eighteen inch)
    = crust Crust 1-1: *regular Regular Crust (hand tossed), thin Thin Crust (thin), deep Deep Dish +200 (pan / thick), gf Gluten Free +300
    = adds Toppings 0-5 with: pep Pepperoni +150, mush Mushrooms +100, olives Black Olives +100 (olives), sausage Sausage +150, onions Onions +100, xcheese Extra Cheese +150, bacon Bacon +150, pine Pineapple +100, anch Anchovies +150
    = h1 First half 1-1: cheese Cheese, pepperoni Pepperoni, veggie Veggie, hawaiian Hawaiian, meat Meat Lovers
    = h2 Second half 1-1: cheese Cheese, pepperoni Pepperoni, veggie Veggie, hawaiian Hawaiian, meat Meat Lovers
    = skind Kind 1-1: cheese Cheese, pepperoni Pepperoni, sicilian Sicilian
    = wsauce Sauce 1-1: mild Mild, buffalo Buffalo (hot), bbq Barbecue (bbq), garlic Garlic Parm (garlic parmesan), plain Plain
    = wcount Count 1-1: *six 6 piece, twelve 12 piece +800 (dozen), twentyfour 24 piece +1800
    = dip Dip 0-2 with: ranch Ranch +75, blue Blue Cheese +75
    = sub Sub 0-4 without: nolettuce Lettuce, notomato Tomato, noonion Onion (onions), nopeppers Hot Peppers (peppers), nocheese Cheese
    = dressing Dressing 1-1: *caesar Caesar, italian Italian, ranch Ranch
    = salext Add 0-2 with: chicken Grilled Chicken +300 (chicken), shrimp Shrimp +400
    = soda Soda 1-1: coke Coke, diet Diet Coke, sprite Sprite, orange Orange, root Root Beer
    """,  # noqa: E501 (a group is one row of the card)
)
SMOKE = card(
    "Smoke Shack",
    "GBP",
    """
    # Plates
    brisket Brisket Plate 1690 [sides2 bread]
    ribs Rib Plate 1790 [rack sides2 bread] ribs
    pulled Pulled Pork Plate 1490 [sides2 bread]
    sampler Two Meat Sampler 1990 [meats sides2 bread] sampler / two meat plate
    # Sandwiches
    bsand Brisket Sandwich 1090 [sandno side1]
    psand Pulled Pork Sandwich 990 [sandno side1]
    burger Shack Burger 1150 [done sandno burgadd side1]
    chickb Chicken Burger 1090 [sandno burgadd side1]
    veggieb Halloumi Burger 1050 [sandno burgadd side1] veggie burger
    # Sides
    chips Chips 350 [chipsalt]
    beans Pit Beans 350 beans / baked beans
    slaw Coleslaw 300 slaw
    mac Mac and Cheese 450 mac n cheese
    corn Corn on the Cob 350 corn
    pickles Fried Pickles 450
    # Desserts
    pie Pecan Pie 550 [scoop]
    brownie Chocolate Brownie 490 [scoop] brownie
    # Drinks
    cola Cola 250 [ice]
    dcola Diet Cola 250 [ice]
    lager Lager 450 [pint]
    cider Cider 450 [pint]
    tea Sweet Tea 250 [ice] iced tea
    = sides2 Two sides 2-2: chips Chips, beans Pit Beans (beans / baked beans), slaw Coleslaw (slaw), mac Mac and Cheese +50, corn Corn on the Cob (corn)
    = side1 Side 0-1 with: chips Chips +250, slaw Coleslaw +200 (slaw), beans Pit Beans +250 (beans)
    = bread Bread 1-1: *white White Bread, corn Cornbread +100
    = rack Rack 1-1: half Half Rack, full Full Rack +800 (whole rack)
    = meats Meats 2-2: brisket Brisket, ribs Ribs, pork Pulled Pork, chicken Smoked Chicken (chicken), sausage Hot Link Sausage (sausage / hot link)
    = sandno Without 0-4 without: pickles Pickles (gherkins), onion Onion (onions), sauce Barbecue Sauce (bbq sauce / sauce), mayo Mayo
    = done Cooked 1-1: medium Medium, *well Well done
    = burgadd Add 0-3 with: bacon Bacon +150, cheese Cheese +100, egg Fried Egg +120 (egg)
    = chipsalt Salt 1-1: *salted Salted, plain No Salt (unsalted)
    = scoop Served with 0-1 with: ice Ice Cream +150, cream Cream +80, custard Custard +100
    = ice Ice 1-1: *ice With Ice, noice No Ice
    = pint Size 1-1: half Half Pint (half), pint Pint +250
    """,  # noqa: E501 (a group is one row of the card)
)
