//! The first manifest: the questions of the trial's evaluation. Does one plan help, for whom, how soon?

use super::{Bin, Dimension, Manifest, Table};
use crate::measure::MEASURES;

/// What the members are asked to sign first.
pub fn first() -> Manifest {
    Manifest { version: 1, threshold: 5, present: 3, changed: 3, dimensions: dimensions(), tables: tables() }
}

/// A bin on the screen: its name in files, its name in Danish, and for a number the smallest in it.
type Shown = (&'static str, &'static str, Option<u32>);

const UNKNOWN: Shown = ("unknown", "ukendt", None);

const SHARES: &[Shown] = &[
    ("no-goals", "ingen mål", None),
    ("none", "ingen af målene", None),
    ("under-half", "under halvdelen", None),
    ("half-or-more", "halvdelen eller flere", None),
    UNKNOWN,
];

/// Each dimension: its name, its name on the screen and its bins.
const DIMENSIONS: &[(&str, &str, &[Shown])] = &[
    (
        "age-band",
        "Alder",
        &[
            ("0-14", "0-14 år", Some(0)),
            ("15-29", "15-29 år", Some(15)),
            ("30-44", "30-44 år", Some(30)),
            ("45-59", "45-59 år", Some(45)),
            ("60+", "60 år og derover", Some(60)),
        ],
    ),
    (
        "target-group",
        "Målgruppe",
        &[
            ("complex-problems", "svære og komplekse problemer", None),
            ("families", "familier", None),
            ("young-people", "unge fra 15 til 30 år", None),
            ("none-of-them", "ingen af dem", None),
            ("not-assessed", "ikke vurderet", None),
        ],
    ),
    (
        "family-or-young",
        "Familie eller ung",
        &[
            ("family", "familie", None),
            ("young", "ung", None),
            ("family-and-young", "familie og ung", None),
            ("neither", "hverken eller", None),
        ],
    ),
    (
        "sectors",
        "Sektorer i planen",
        &[
            ("0-1", "højst 1", Some(0)),
            ("2", "2", Some(2)),
            ("3", "3", Some(3)),
            ("4+", "4 eller flere", Some(4)),
        ],
    ),
    (
        "source-plans",
        "Planer samlet i én",
        &[
            ("0", "ingen", Some(0)),
            ("1", "1", Some(1)),
            ("2", "2", Some(2)),
            ("3+", "3 eller flere", Some(3)),
            UNKNOWN,
        ],
    ),
    (
        "days-to-plan",
        "Fra første kontakt til plan",
        &[
            ("0-27", "under 4 uger", Some(0)),
            ("28-90", "4 uger til 3 måneder", Some(28)),
            ("91-364", "3 måneder til 1 år", Some(91)),
            ("365+", "1 år eller mere", Some(365)),
            UNKNOWN,
        ],
    ),
    (
        "days-to-first-action",
        "Fra plan til første indsats",
        &[
            ("0-13", "under 2 uger", Some(0)),
            ("14-27", "2 til 4 uger", Some(14)),
            ("28-90", "4 uger til 3 måneder", Some(28)),
            ("91+", "3 måneder eller mere", Some(91)),
            ("not-begun", "ikke begyndt", None),
            UNKNOWN,
        ],
    ),
    (
        "goals",
        "Mål sat",
        &[
            ("0", "ingen", Some(0)),
            ("1-2", "1-2", Some(1)),
            ("3-4", "3-4", Some(3)),
            ("5+", "5 eller flere", Some(5)),
            UNKNOWN,
        ],
    ),
    ("goals-reached", "Mål nået", SHARES),
    ("goals-adjusted", "Mål justeret", SHARES),
    ("goals-dropped", "Mål opgivet", SHARES),
    (
        "outcome",
        "Opnået",
        &[
            ("employment-goal", "mål om beskæftigelse nået", None),
            ("education-goal", "mål om uddannelse nået", None),
            ("finished", "afsluttet uden behov for mere støtte", None),
            ("not-yet", "intet af det endnu", None),
            UNKNOWN,
        ],
    ),
    (
        "self-assessment",
        "Borgerens egen vurdering",
        &[
            ("better", "bedre", None),
            ("same", "uændret", None),
            ("worse", "dårligere", None),
            ("only-once", "vurderet én gang", None),
            ("none", "ikke vurderet", None),
            UNKNOWN,
        ],
    ),
    (
        "network-meetings",
        "Netværksmøder holdt",
        &[
            ("0", "ingen", Some(0)),
            ("1", "1", Some(1)),
            ("2-3", "2-3", Some(2)),
            ("4+", "4 eller flere", Some(4)),
            UNKNOWN,
        ],
    ),
    (
        "caseworkers",
        "Koordinerende sagsbehandlere",
        &[("0-1", "højst 1", Some(0)), ("2", "2", Some(2)), ("3+", "3 eller flere", Some(3))],
    ),
    (
        "exemptions",
        "Paragraffritagelser brugt",
        &[("0", "ingen", Some(0)), ("1", "1", Some(1)), ("2+", "2 eller flere", Some(2)), UNKNOWN],
    ),
    (
        "handovers",
        "Kommet fra en anden kommune",
        &[("never", "aldrig", None), ("this-quarter", "i kvartalet", None), ("earlier", "tidligere", None)],
    ),
    (
        "handover-days",
        "Overdragelsens varighed",
        &[
            ("0-13", "under 2 uger", Some(0)),
            ("14+", "2 uger eller mere", Some(14)),
            ("never", "ikke overdraget", None),
            UNKNOWN,
        ],
    ),
];

/// The tables of two dimensions: rows, columns, and what is shown above them. Whether one plan helps, for whom, and how
/// soon.
const PAIRS: &[(&str, &str, &str)] = &[
    ("target-group", "age-band", "Målgruppe og alder"),
    ("age-band", "family-or-young", "Alder og familie eller ung"),
    ("outcome", "target-group", "Opnået, efter målgruppe"),
    ("outcome", "family-or-young", "Opnået, for familier og unge"),
    ("outcome", "source-plans", "Opnået, efter antal planer samlet i én"),
    ("outcome", "exemptions", "Opnået, efter brug af paragraffritagelser"),
    ("goals-reached", "sectors", "Mål nået, efter antal sektorer"),
    ("goals-reached", "network-meetings", "Mål nået, efter antal netværksmøder"),
    ("self-assessment", "family-or-young", "Borgerens egen vurdering, for familier og unge"),
    ("self-assessment", "caseworkers", "Borgerens egen vurdering, efter antal sagsbehandlere"),
    ("days-to-first-action", "family-or-young", "Fra plan til første indsats, for familier og unge"),
];

/// What nobody can be, by the definitions: who is from 15 to 30 is young, and nobody else is.
const IMPOSSIBLE: (&str, &str, &[(&str, &str)]) = (
    "age-band",
    "family-or-young",
    &[
        ("0-14", "young"),
        ("0-14", "family-and-young"),
        ("15-29", "family"),
        ("15-29", "neither"),
        ("45-59", "young"),
        ("45-59", "family-and-young"),
        ("60+", "young"),
        ("60+", "family-and-young"),
    ],
);

fn dimensions() -> Vec<Dimension> {
    let dimension = |(name, danish, bins): &(&str, &str, &[Shown])| {
        let measure = MEASURES.into_iter().find(|measure| measure.name == *name)?;
        Some(Dimension {
            name: (*name).to_owned(),
            danish: (*danish).to_owned(),
            definition_danish: measure.definition_danish.to_owned(),
            definition_english: measure.definition_english.to_owned(),
            bins: bins.iter().map(bin).collect(),
        })
    };
    DIMENSIONS.iter().filter_map(dimension).collect()
}

fn bin((name, danish, from): &Shown) -> Bin {
    Bin { name: (*name).to_owned(), danish: (*danish).to_owned(), from: *from }
}

fn tables() -> Vec<Table> {
    let table = |name: String, danish: &str, dimensions: &[&str]| Table {
        name,
        danish: danish.to_owned(),
        dimensions: dimensions.iter().map(|dimension| (*dimension).to_owned()).collect(),
        impossible: Vec::new(),
    };
    let everybody = table("citizens".to_owned(), "Borgere med én plan", &[]);
    let alone = DIMENSIONS.iter().map(|(name, danish, _)| table((*name).to_owned(), danish, &[name]));
    let pairs = PAIRS.iter().map(|(rows, columns, danish)| Table {
        impossible: impossible(rows, columns),
        ..table(format!("{rows}-by-{columns}"), danish, &[rows, columns])
    });
    std::iter::once(everybody).chain(alone).chain(pairs).collect()
}

fn impossible(rows: &str, columns: &str) -> Vec<Vec<u16>> {
    let place = |of: &str, bin: &str| {
        let (.., bins) = DIMENSIONS.iter().find(|(name, ..)| *name == of)?;
        bins.iter().position(|(name, ..)| *name == bin).and_then(|place| u16::try_from(place).ok())
    };
    let (of, by, cells) = IMPOSSIBLE;
    let cells = cells.iter().filter(|_| (of, by) == (rows, columns));
    cells.filter_map(|(row, column)| Some(vec![place(rows, row)?, place(columns, column)?])).collect()
}
