//! Lives of children whose family has plans: barnets plan, since the children's act of 2024.

use super::{CHILD_SUPPORT, Life, action, barrier, gathered, goal, resource, wish, wish_of_parents};

/// Children at school.
pub(in super::super) const CHILDREN: &[Life] = &[
    Life {
        sources: &[gathered("children", "child-plan", "Barnets plan, familieafdelingen")],
        wishes: &[
            wish("children", "Jeg vil gerne have en at lege med i frikvarteret"),
            wish_of_parents("education", "Vi vil have, at skolen ringer til os, før det går galt"),
        ],
        situation: &[
            barrier("education", "learning", "Tyve procents fravær i første halvår"),
            barrier("children", "relations", "Bliver holdt udenfor af de andre i klassen"),
            barrier("children", "family", "Bekymrer sig om, hvordan de har det derhjemme"),
            resource("children", "relations", "Er glad for fodbold og for sin træner"),
            resource("education", "learning", "God til at tegne og fortælle"),
        ],
        purpose: ("children", "At barnet trives i skolen og blandt venner"),
        goals: &[
            goal(
                "children",
                "At have en ven i klassen",
                &["At være med i frikvarteret to gange om ugen"],
                &[action("children", "Gruppeforløb for børn, ti gange")
                    .under(CHILD_SUPPORT)
                    .with("Familiehuset")
                    .from(0)],
            ),
            goal(
                "education",
                "At komme i skole hver dag",
                &[],
                &[action("education", "Morgenvækning og følgeskab til skolen").with("Skolen, fraværsteamet")],
            ),
        ],
    },
    Life {
        sources: &[gathered("children", "child-plan", "Barnets plan, familieafdelingen")],
        wishes: &[
            wish("children", "Jeg vil ikke passe på mine forældre"),
            wish("children", "Jeg vil gå til musik"),
            wish_of_parents("children", "Vi vil gerne have hjælp til at tale med vores barn om sygdommen"),
        ],
        situation: &[
            barrier("children", "family", "Tager ansvar for mindre søskende, når forældrene er syge"),
            barrier("health", "mental-health", "Mavepine uden forklaring; sover dårligt"),
            resource("children", "relations", "Er tæt knyttet til sin bedstemor"),
            resource("education", "learning", "Klarer sig godt i skolen"),
        ],
        purpose: ("children", "At barnet kan være barn"),
        goals: &[
            goal(
                "children",
                "At have en voksen uden for familien at tale med",
                &[],
                &[action("children", "Kontaktperson for barnet, to timer om ugen")
                    .under(CHILD_SUPPORT)
                    .with("Ungehuset")
                    .from(0)],
            ),
            goal(
                "children",
                "At gå til noget, der er barnets eget",
                &[],
                &[action("children", "Plads på musikskolen")
                    .when("Når barnet har valgt instrument, og der er plads på holdet")
                    .with("Musikskolen")],
            ),
        ],
    },
];
