//! FHIR R4 out: a plan as a bundle that imports again to the same plan.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::bundle::Entry;
use super::own::{self, Told};
use super::profile;
use super::resource::{Profiles, read_back};
use super::{people, shape, terms};
use crate::Kommunekode;
use crate::cpr::Form;
use crate::plan::{Address, Citizen, Item, Plan};

/// Where the resources of a bundle are said to lie. Nowhere: `.invalid` is nobody's (RFC 2606), and a bundle's own parts
/// need an address to find each other by.
const NOWHERE: &str = "https://enplan.invalid/";

/// The sector of what a report brought without saying whose it is.
const UNSORTED: &str = "unsorted";

/// What a bundle must know beside the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exporting {
    /// The bundle's id.
    pub bundle: uuid::Uuid,
    /// The Patient's id, where no source system has given the citizen one.
    pub citizen: uuid::Uuid,
    /// As of when.
    pub at: Timestamp,
}

/// A plan as a bundle of type collection: the citizen, and everything in the plan.
///
/// Each resource claims the profile of KL's whose rules it keeps, if any. What stays behind is the municipality's own: the
/// legal bases, who wrote what, the history, former numbers, where the plan has been, and who a third person is. A protected citizen's resources
/// are labelled as restricted, and their address is never in them.
pub fn export(plan: &Plan, exporting: &Exporting) -> Value {
    // Named one by one, so that a part that a plan gets later has to be thought of here.
    let Plan { citizen, municipality, items, caseworker: _, life: _, bases: _, arrivals: _, merged_into: _ } =
        plan;
    let named = citizen.known_as.iter().find(|key| key.resource_type() == "Patient");
    let id = named.map_or_else(|| exporting.citizen.to_string(), |key| key.id().to_owned());
    let subject = format!("Patient/{id}");
    let patient = patient(citizen, &id, *municipality);
    let items: Vec<_> = items.values().map(without_third_persons).collect();
    let written: Vec<Written> = items.iter().map(|item| Written::of(item, &subject)).collect();
    let goals =
        |reference: &str| written.iter().find(|one| one.address() == reference).map(|one| &one.entry.body);
    let claimed = written.iter().map(|one| one.resource(&goals, citizen.protected));
    let mut entries = vec![placed(&subject, &labelled(patient, citizen.protected))];
    entries.extend(claimed.zip(&written).map(|(resource, one)| placed(&one.address(), &resource)));
    let mut bundle = json!({
        "resourceType": "Bundle",
        "id": exporting.bundle.to_string(),
        "type": "collection",
        "timestamp": exporting.at,
        "entry": entries,
    });
    if citizen.protected {
        bundle["meta"] = json!({ "security": [restricted()] });
    }
    bundle
}

fn placed(address: &str, resource: &Map<String, Value>) -> Value {
    json!({ "fullUrl": format!("{NOWHERE}{address}"), "resource": resource })
}

fn restricted() -> Value {
    json!({ "system": terms::CONFIDENTIALITY, "code": "R" })
}

fn labelled(mut resource: Map<String, Value>, protected: bool) -> Map<String, Value> {
    if protected {
        let meta = resource.entry("meta").or_insert_with(|| json!({}));
        meta["security"] = json!([restricted()]);
    }
    resource
}

/// An item as it may leave: what others are to the citizen, and not who. That is another person's to have told; and the
/// cases of those who share it are this municipality's own.
fn without_third_persons(item: &Item) -> Item {
    let mut item = item.clone();
    people::forget_third_persons(&mut item);
    item.shared.clear();
    item
}

/// An item on its way out.
struct Written<'p> {
    item: &'p Item,
    entry: Entry,
}

impl<'p> Written<'p> {
    fn of(item: &'p Item, subject: &str) -> Self {
        let mut entry = shape::readable(item);
        entry.body.insert("subject".to_owned(), json!({ "reference": subject }));
        Self { item, entry }
    }

    fn address(&self) -> String {
        format!("{}/{}", self.entry.resource_type, self.entry.id)
    }

    /// The resource under the first profile whose rules it keeps, with what its elements could not say.
    fn resource<'w>(
        &self,
        others: &impl Fn(&str) -> Option<&'w Map<String, Value>>,
        protected: bool,
    ) -> Map<String, Value> {
        let claims = profile::candidates(self.item.kind, &self.entry).into_iter().map(Some).chain([None]);
        let mut claims = claims.filter_map(|claim| {
            let resource = self.under(claim);
            let kept = claim.is_none_or(|claim| profile::broken(claim, &resource, others).is_empty());
            kept.then_some(resource)
        });
        labelled(claims.next().unwrap_or_default(), protected)
    }

    fn under(&self, claim: Option<profile::Profile>) -> Map<String, Value> {
        let profiles = Profiles(claim.map(profile::Profile::url).into_iter().collect());
        let mut alone = self.entry.clone();
        // An item names no citizen; its resource does.
        alone.body.remove("subject");
        let mut told = match read_back(&alone, &profiles) {
            Some(read) => own::untold(self.item, &read),
            None => Told::new(),
        };
        if self.item.sector.as_str() == UNSORTED {
            // Nothing in the elements says so either: told, it is known and not merely missing.
            told.insert("sector".to_owned(), json!(self.item.sector));
        }
        let mut resource = Map::new();
        resource.insert("resourceType".to_owned(), json!(self.entry.resource_type));
        resource.insert("id".to_owned(), json!(self.entry.id));
        let mut meta = json!({ "lastUpdated": self.item.provenance.as_of });
        if !profiles.0.is_empty() {
            meta["profile"] = json!(profiles.0);
        }
        resource.insert("meta".to_owned(), meta);
        resource.extend(self.entry.body.clone());
        if !told.is_empty() {
            let extensions = resource.entry("extension").or_insert_with(|| json!([]));
            extensions.as_array_mut().into_iter().for_each(|list| list.push(own::extension(&told)));
        }
        resource
    }
}

fn patient(citizen: &Citizen, id: &str, municipality: Kommunekode) -> Map<String, Value> {
    let system = match citizen.cpr.form() {
        Form::Ordinary | Form::Replacement => terms::CPR.to_owned(),
        Form::NationalElectronic => format!("{}1", terms::ELECTRONIC_CPR),
        Form::RegionalElectronic => format!("{}3", terms::ELECTRONIC_CPR),
    };
    let mut patient = json!({
        "resourceType": "Patient",
        "id": id,
        "identifier": [{ "use": "official", "system": system, "value": citizen.cpr.reveal() }],
        "managingOrganization": {
            "identifier": { "system": terms::MUNICIPALITIES, "value": municipality.to_string() },
        },
    });
    if !citizen.name.is_empty() {
        patient["name"] = json!([{ "use": "official", "text": citizen.name.reveal() }]);
    }
    if let Address::Known(address) = citizen.address() {
        patient["address"] = json!([{ "use": "home", "text": address.reveal() }]);
    }
    let also = citizen.known_as.iter().map(ToString::to_string).filter(|key| *key != format!("Patient/{id}"));
    let also: Vec<_> =
        also.map(|key| json!({ "url": own::uri(own::KNOWN_AS), "valueString": key })).collect();
    if !also.is_empty() {
        patient["extension"] = Value::Array(also);
    }
    match patient {
        Value::Object(patient) => patient,
        _ => Map::new(),
    }
}
