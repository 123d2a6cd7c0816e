//! What others are to a citizen, to and from messages. Somebody protected here is masked in everybody else's plan.

use std::collections::BTreeSet;

use enplan_domain::Cpr;
use enplan_domain::plan::{
    Citizen, Custody, ItemKind, Kinship, NewItem, PersonGround, Plan, PlanRefusal, RelatedPerson, Relation,
};
use enplan_proto::plan::v1 as proto;

use super::Desk;
use super::field::{cpr, day, narrative, optional, sector};
use crate::failure::Failure;

/// A relation as somebody writes it. Whoever is named needs a ground; a ground needs somebody.
pub(super) fn read(new: &proto::NewRelation) -> Result<NewItem, Failure> {
    let (number, name) = (optional(&new.cpr).map(cpr).transpose()?, narrative("name", &new.name)?);
    let ground = ground(&new.provision, &new.consent_given_on)?;
    let person = match (number.is_some() || !name.is_empty(), ground) {
        (_, Some(ground)) => Some(RelatedPerson { cpr: number, name, ground }),
        (true, None) => return Err(PlanRefusal::NoGroundForThirdPerson.into()),
        (false, None) => None,
    };
    Ok(NewItem::Relation {
        sector: sector(&new.sector)?,
        relation: Relation { kinship: kinship(new.kinship)?, custody: custody(new.custody), person },
        starts: day("starts_on", &new.starts_on)?,
        ends: day("ends_on", &new.ends_on)?,
    })
}

/// Why a plan may name somebody else: a provision or their consent, not both.
pub(super) fn ground(provision: &str, consent_given_on: &str) -> Result<Option<PersonGround>, Failure> {
    match (optional(provision), day("consent_given_on", consent_given_on)?) {
        (Some(_), Some(_)) => Err(Failure::field(
            "provision",
            "GROUNDS_CONTRADICT",
            "name a provision or a consent, not both",
            "Vælg enten en bestemmelse eller personens samtykke, ikke begge dele.",
        )),
        (Some(id), None) => Ok(Some(PersonGround::Provision { provision: id.to_owned() })),
        (None, Some(given_on)) => Ok(Some(PersonGround::Consent { given_on: given_on.day() })),
        (None, None) => Ok(None),
    }
}

pub(super) fn kinship(kinship: i32) -> Result<Kinship, Failure> {
    match proto::Kinship::try_from(kinship) {
        Ok(proto::Kinship::Parent) => Ok(Kinship::Parent),
        Ok(proto::Kinship::CustodyHolder) => Ok(Kinship::CustodyHolder),
        Ok(proto::Kinship::Child) => Ok(Kinship::Child),
        Ok(proto::Kinship::Sibling) => Ok(Kinship::Sibling),
        Ok(proto::Kinship::Partner) => Ok(Kinship::Partner),
        Ok(proto::Kinship::Guardian) => Ok(Kinship::Guardian),
        Ok(proto::Kinship::SharesHome) => Ok(Kinship::SharesHome),
        Ok(proto::Kinship::Unspecified) | Err(_) => Err(Failure::field(
            "kinship",
            "KINSHIP_MISSING",
            "say what the other is to the citizen",
            "Angiv, hvad den anden er for borgeren: forælder, barn, søskende, partner, værge eller bor sammen.",
        )),
    }
}

pub(super) fn custody(custody: i32) -> Option<Custody> {
    match proto::Custody::try_from(custody) {
        Ok(proto::Custody::Sole) => Some(Custody::Sole),
        Ok(proto::Custody::Shared) => Some(Custody::Shared),
        Ok(proto::Custody::Without) => Some(Custody::Without),
        Ok(proto::Custody::Unspecified) | Err(_) => None,
    }
}

/// Those named in a plan whose name and address are protected here.
pub(super) async fn protected_among(desk: &Desk, plan: &Plan) -> Result<BTreeSet<Cpr>, Failure> {
    let mut protected = BTreeSet::new();
    let relations = plan.items_of(ItemKind::Relation).filter_map(|item| item.relation.as_deref());
    for cpr in relations.filter_map(Relation::cpr) {
        if !protected.contains(cpr) && desk.handovers.is_protected(&Citizen::new(cpr.clone())).await? {
            protected.insert(cpr.clone());
        }
    }
    Ok(protected)
}

/// A relation as messages show it, without who it is where that is somebody protected.
pub(super) fn shown(relation: &Relation, protected: &BTreeSet<Cpr>) -> proto::Relation {
    let is_protected = relation.cpr().is_some_and(|cpr| protected.contains(cpr));
    let person = relation.person.as_ref();
    let named = person.filter(|_| !is_protected);
    let ground = person.map(|person| &person.ground);
    proto::Relation {
        kinship: shown_kinship(relation.kinship).into(),
        custody: relation.custody.map_or(proto::Custody::Unspecified, shown_custody).into(),
        name: named.map(|person| person.name.reveal().to_owned()).unwrap_or_default(),
        cpr_masked: named.and_then(|person| person.cpr.as_ref()).map(Cpr::masked).unwrap_or_default(),
        protected: is_protected,
        provision: match ground {
            Some(PersonGround::Provision { provision }) => provision.clone(),
            Some(PersonGround::Consent { .. }) | None => String::new(),
        },
        consent_given_on: match ground {
            Some(PersonGround::Consent { given_on }) => given_on.to_string(),
            Some(PersonGround::Provision { .. }) | None => String::new(),
        },
    }
}

pub(super) fn shown_kinship(kinship: Kinship) -> proto::Kinship {
    match kinship {
        Kinship::Parent => proto::Kinship::Parent,
        Kinship::CustodyHolder => proto::Kinship::CustodyHolder,
        Kinship::Child => proto::Kinship::Child,
        Kinship::Sibling => proto::Kinship::Sibling,
        Kinship::Partner => proto::Kinship::Partner,
        Kinship::Guardian => proto::Kinship::Guardian,
        Kinship::SharesHome => proto::Kinship::SharesHome,
    }
}

pub(super) fn shown_custody(custody: Custody) -> proto::Custody {
    match custody {
        Custody::Sole => proto::Custody::Sole,
        Custody::Shared => proto::Custody::Shared,
        Custody::Without => proto::Custody::Without,
    }
}
