"""Names as people write them in Latin letters, and the code of the place that has to be found first.

The search of the screens and that of a published site are two programs of one rule: both are held to this list.
"""

LATIN = {
    "Kawaba": "10444",
    "KAWABA-mura": "10444",
    "gunma kawaba": "10444",
    "Gumma": "10000",
    "Ōta": "13111",
    "Oota": "13111",
    "Ohta": "13111",
    "Shinzyuku": "13104",
    "Tokyo": "13000",
    "Ōsaka": "27000",
    "Hyōgo": "28000",
    "Kochi": "39000",
    "hokkaido": "01000",
    "Numazu": "22203",
    "Aizuwakamatsu": "07202",
    "Ojiya": "15208",
    "Nihommatsu": "07210",
    "Shin'onsen": "28586",
    "Chofu": "13208",
    "Tyouhu": "13208",
    "Tsu": "24201",
}
