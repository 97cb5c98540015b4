#!/usr/bin/env python3
"""Makes the sample files of the demo company: the same ones for the same seed. Run it from anywhere; it writes beside itself."""
import csv, datetime, pathlib, random

HERE = pathlib.Path(__file__).parent
rng = random.Random(20260101)

COLOURS = ["WHITE", "RED", "BLUE", "GREEN", "OAK", "SLATE", "CREAM", "COPPER"]
THINGS = [("LANTERN", 3.4), ("TEA TOWEL", 2.1), ("STORAGE JAR", 4.2), ("DOOR HOOK", 1.3), ("PICNIC BLANKET", 11.5), ("MUG", 2.9), ("WALL CLOCK", 14.0),
          ("CANDLE HOLDER", 3.9), ("LUNCH BOX", 5.2), ("GARDEN TWINE", 1.9), ("PARASOL", 28.0), ("CAKE STAND", 12.7)]
CUSTOMERS = [("Harbour Gifts", "United Kingdom"), ("The Corner Shop", "United Kingdom"), ("Maison Verte", "France"), ("Blue Door Interiors", "United Kingdom"),
             ("Nordlys Handel", "Norway"), ("Casa Limon", "Spain"), ("Old Mill Farm Shop", "United Kingdom"), ("Kiosk am Markt", "Germany"),
             ("Papillon", "Belgium"), ("Seaside Stores", "United Kingdom"), ("Tulip & Co", "Netherlands"), ("Green Lane Garden Centre", "United Kingdom")]


def gtin(serial):
    body = f"0950600013{serial:03d}"[:13]
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(body))
    return body + str(-total % 10)


def write(name, header, rows):
    with open(HERE / name, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


skus = []
for n, (thing, price) in enumerate(THINGS):
    for m, colour in enumerate(COLOURS[:5]):
        code = f"{20000 + n * 100 + m * 7}"
        cases = "CS=12" if price < 6 else "CS=6" if price < 15 else ""
        skus.append((code, f"{colour} {thing}", "EA", cases, "none", "fifo", gtin(n * 10 + m), round(price * rng.uniform(0.9, 1.2), 2)))
write("skus.csv", ["sku", "description", "baseUnit", "units", "tracking", "allocation", "gtin"], [s[:7] for s in skus])

customers = [(f"C{1001 + i}", name, f"orders@{name.lower().replace(' ', '').replace('&', 'and')}.example", f"+44 1632 960{i:03d}", country)
             for i, (name, country) in enumerate(CUSTOMERS)]
write("customers.csv", ["customer", "name", "email", "phone", "country"], customers)

stock = []
for code, *_ in skus:
    for site in ("leeds", "bristol"):
        if rng.random() < 0.85:
            stock.append((code, site, "stock", rng.choice([24, 36, 60, 96, 144, 240]), "EA", "", ""))
write("stock.csv", ["sku", "site", "location", "quantity", "unit", "lot", "expires"], stock)

# Where it lies: pallet bins in aisles, bays and levels; what sells most stands at the front, a few bins are free. A generator of their own
# keeps the other files as they are.
places = random.Random(20260103)
BINS = {"leeds": ("ABCDE", 10, 3), "bristol": ("ABCD", 8, 3)}
locations, putaway = [], []
for site, (aisles, bays, levels) in BINS.items():
    bins = [f"{aisle}-{bay:02d}-{level}" for bay in range(1, bays + 1) for aisle in aisles for level in range(1, levels + 1)]
    locations += [(site, bin, "rack", bin[0]) for bin in sorted(bins)]
    free = [bin for n, bin in enumerate(bins) if places.random() > 0.12 + 0.3 * n / len(bins)]
    for code, at_site, _, quantity, *_ in stock:
        while at_site == site and quantity > 0 and free:
            part = min(quantity, places.choice([24, 36, 48, 72, 96]))
            putaway.append((code, site, free.pop(min(len(free) - 1, int(places.expovariate(0.25)))), part))
            quantity -= part
write("locations.csv", ["site", "location", "kind", "zone"], locations)
write("putaway.csv", ["sku", "site", "location", "quantity"], putaway)

orders, number, at = [], 700001, datetime.datetime(2026, 1, 5, 8, 0)
shipped = []
while len(orders) < 2000:
    at += datetime.timedelta(minutes=rng.randint(3, 40))
    if at.hour >= 18:
        at = (at + datetime.timedelta(days=1)).replace(hour=8, minute=rng.randint(0, 50))
    customer = rng.choice(customers)
    when = at.strftime("%Y-%m-%d %H:%M:%S")
    if shipped and rng.random() < 0.03:
        code, text, quantity, price, whose, country = rng.choice(shipped)
        orders.append((f"C{number}", code, text, -min(quantity, rng.randint(1, 3)), when, price, whose, country))
    else:
        for code, text, _, _, _, _, _, price in rng.sample(skus, rng.randint(1, 12)):
            quantity = rng.choice([1, 1, 2, 3, 4, 6, 12])
            orders.append((str(number), code, text, quantity, when, price, customer[0], customer[4]))
            shipped.append((code, text, quantity, price, customer[0], customer[4]))
        if rng.random() < 0.1:
            orders.append((str(number), "POST", "POSTAGE", 1, when, 6.95, customer[0], customer[4]))
    number += 1
write("orders.csv", ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"], orders)

# The planner's bench: a day of deliveries around Leeds, a benchmark in Solomon's form, and monthly demand.
TOWNS = [("Leeds", 53.80, -1.55, 0.05, 22), ("Bradford", 53.79, -1.76, 0.03, 10), ("York", 53.96, -1.08, 0.03, 9), ("Harrogate", 53.99, -1.54, 0.02, 6),
         ("Wakefield", 53.68, -1.50, 0.02, 7), ("Huddersfield", 53.65, -1.78, 0.02, 6), ("Selby", 53.78, -1.07, 0.01, 3), ("Skipton", 53.96, -2.02, 0.01, 3)]
SLOTS = [("08:00", "12:00"), ("09:00", "13:00"), ("13:00", "17:00"), ("08:00", "17:00"), ("", "")]
stops = [("DEPOT", "depot", "53.7654", "-1.5372", "", "07:00", "18:00", "")]
for town, lat, lon, spread, count in TOWNS:
    for n in range(count):
        opens, closes = rng.choice(SLOTS)
        stops.append((f"{town} {n + 1}", "stop", f"{rng.gauss(lat, spread):.4f}", f"{rng.gauss(lon, spread * 1.6):.4f}", rng.randint(2, 14), opens, closes, rng.choice([5, 10, 15])))
stops.append(("Whitby harbour", "stop", "54.4863", "-0.6133", 6, "07:00", "07:45", 15))     # open only before a vehicle can be there
stops.append(("Hull cold store", "stop", "53.7440", "-0.3320", 132, "", "", 30))            # more than one vehicle holds
write("stops.csv", ["id", "kind", "lat", "lon", "demand", "open", "close", "service"], stops)

centres = [(rng.uniform(10, 90), rng.uniform(10, 90)) for _ in range(6)]
lines = ["SIX-VILLAGES", "", "VEHICLE", "NUMBER     CAPACITY", "  10         120", "", "CUSTOMER", "CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME", "", "    0      50      50       0       0     600       0"]
for n in range(1, 61):
    x, y = (min(99, max(1, round(c + rng.gauss(0, 6)))) for c in centres[n % 6])
    ready = rng.randint(0, 360)
    ready, due = (0, 500) if n % 3 == 0 else (ready, ready + rng.randint(60, 140))
    lines.append(f"{n:5d} {x:7d} {y:7d} {rng.randint(4, 24):7d} {ready:7d} {due:7d} {10:7d}")
(HERE / "benchmark.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")

series = [("LANTERN", 220, 1.1, 0.45, 12), ("PICNIC BLANKET", 90, 0.4, 0.8, 5), ("MUG", 540, -1.5, 0.12, 10), ("CAKE STAND", 60, 0.9, 0.25, 11), ("PARASOL", 40, 0.1, 0.95, 6)]
months = [f"{2020 + m // 12}-{m % 12 + 1:02d}" for m in range(75)]
rows = []
for m, month in enumerate(months):
    row = [month]
    for _, level, trend, swing, peak in series:
        away = min((m % 12 + 1 - peak) % 12, (peak - m % 12 - 1) % 12) / 6
        row.append(max(0, round((level + trend * m) * (1 + swing * (1 - 2 * away)) * rng.gauss(1, 0.06))))
    rows.append(row + [rng.choice([0, 0, 0, 0, 1, 2, 4])])
write("demand.csv", ["month"] + [s[0] for s in series] + ["SPARE PART"], rows)
