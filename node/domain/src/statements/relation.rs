//! What a report says somebody is to the citizen, and the relation that a caseworker makes of it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::StatementRefusal;
use crate::catalogue;
use crate::plan::{
    Code, Custody, Item, ItemKind, Kinship, NewItem, PersonGround, Plan, PlanCommand, RelatedPerson,
    Relation, Sector, When,
};
use crate::{Context, Cpr, Date, Narrative};

/// What somebody is said to be to the citizen, and who: no more of them than a relation can name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedRelation {
    /// What, in HL7's and KL's role codes: one person can be several.
    pub codes: Vec<Code>,
    /// The form of the guardianship, where it is one (værgemålsloven §§ 5-7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardianship: Option<Code>,
    /// The number, where the report has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpr: Option<Cpr>,
    /// The name, where the report has it.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub name: Narrative,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<When>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<When>,
}

/// What a caseworker adds when they take a relation over: what no report can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationChoice {
    /// The id of the relation in the plan.
    pub id: Uuid,
    /// Who knows it.
    pub sector: Sector,
    /// What the other is, where the report's codes do not say or say it wrong.
    pub kinship: Option<Kinship>,
    /// Whether the other holds custody.
    pub custody: Option<Custody>,
    /// Why the plan may name the other.
    pub ground: Option<PersonGround>,
    /// Whether the relation is taken over without saying who.
    pub without_person: bool,
}

impl StatedRelation {
    /// The relation that the codes mean for a citizen on a day, where a plan has a word for it.
    pub fn kinship(&self, citizen: &Cpr, day: Date) -> Option<Kinship> {
        self.kinship_to(catalogue::is_under_custody(citizen.age_on(day), day))
    }

    /// Over a child, a guardian is somebody who holds custody (forældreansvarsloven); over somebody of age, a guardian
    /// (værgemålsloven).
    fn kinship_to(&self, is_child: bool) -> Option<Kinship> {
        self.codes.iter().find_map(|code| {
            Some(match code.code.as_str() {
                "MTH" | "FTH" | "PRN" | "NMTH" | "NFTH" | "ADOPTM" | "ADOPTF" => Kinship::Parent,
                "GUARD" if is_child => Kinship::CustodyHolder,
                "GUARD" => Kinship::Guardian,
                "SPS" | "HUSB" | "WIFE" | "DOMPART" => Kinship::Partner,
                "SIB" | "BRO" | "SIS" | "TWIN" | "TWINBRO" | "TWINSIS" => Kinship::Sibling,
                "CHILD" | "SON" | "DAU" | "SONC" | "DAUC" | "NCHILD" => Kinship::Child,
                _ => return None,
            })
        })
    }

    /// The relation in a plan that says as much: the same person, the same to the citizen.
    pub(super) fn recorded_in<'p>(&self, plan: &'p Plan) -> Option<&'p Item> {
        let cpr = self.cpr.as_ref()?;
        // A guardian who was recorded in childhood is one who holds custody.
        let kinships = [true, false].map(|is_child| self.kinship_to(is_child));
        plan.items_of(ItemKind::Relation).find(|item| {
            let there = item.relation.as_deref();
            there.is_some_and(|there| there.cpr() == Some(cpr) && kinships.contains(&Some(there.kinship)))
        })
    }

    /// The command that writes it into the plan, as a caseworker decides it.
    pub(super) fn command(
        &self,
        plan: &Plan,
        choice: &RelationChoice,
        context: &Context,
    ) -> Result<PlanCommand, StatementRefusal> {
        let kinship = choice.kinship.or_else(|| self.kinship(&plan.citizen.cpr, context.today()));
        let kinship = kinship.ok_or(StatementRefusal::KinshipMissing)?;
        let named = || RelatedPerson {
            cpr: self.cpr.clone(),
            name: self.name.clone(),
            // Without one, the plan's own rules say no.
            ground: choice
                .ground
                .clone()
                .unwrap_or_else(|| PersonGround::Provision { provision: String::new() }),
        };
        let person = (!choice.without_person).then(named);
        let relation = Relation { kinship, custody: choice.custody, person };
        let (sector, starts, ends) = (choice.sector.clone(), self.starts, self.ends);
        let item = Box::new(NewItem::Relation { sector, relation, starts, ends });
        Ok(PlanCommand::Add { id: choice.id, item })
    }

    /// What the other is said to be, in Danish words.
    pub fn danish(&self) -> String {
        let words: Vec<_> = self.codes.iter().map(|code| relation_words(&code.code)).collect();
        let form = self.guardianship.as_ref().map(|form| match form.code.as_str() {
            "5" => "værgemålslovens § 5",
            "6" => "værgemålslovens § 6, fratagelse af den retlige handleevne",
            "7" => "værgemålslovens § 7, samværgemål",
            _ => "ukendt form for værgemål",
        });
        let what = if words.is_empty() { "en anden person".to_owned() } else { words.join(", ") };
        form.map_or(what.clone(), |form| format!("{what} ({form})"))
    }
}

/// HL7's role codes in Danish: those that MedCom's test persons and KL's messages use.
pub fn relation_words(code: &str) -> &str {
    match code {
        "MTH" => "mor",
        "FTH" => "far",
        "PRN" => "forælder",
        "GUARD" => "værge",
        "POWATT" => "fuldmægtig",
        "SPS" => "ægtefælle",
        "DOMPART" => "samlever",
        "SIB" => "søskende",
        "BRO" => "bror",
        "SIS" => "søster",
        "GRPRN" => "bedsteforælder",
        "CHILD" => "barn",
        "SON" => "søn",
        "DAU" => "datter",
        "advocate" => "bisidder",
        _ => "en anden person",
    }
}
