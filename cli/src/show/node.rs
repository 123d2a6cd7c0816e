//! How a node is doing, its accounts, and who looked at what.

use enplan_proto::administration::v1;
use jiff::Timestamp;
use serde::Serialize;

use super::layout::{Align, Column, Page};
use super::words::{Municipality, instant, or_empty, place, some, time};
use crate::terminal::View;

/// How a node is doing.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct NodeStatus {
    municipality: Option<Municipality>,
    version: String,
    ready: bool,
    not_ready_because: Option<String>,
    incarnation: u64,
    registry: Registry,
    cases: Cases,
    open_handovers: u64,
    outbox: u64,
    audit_size: u64,
    certificate_not_after: Option<Timestamp>,
    alarms: Vec<Alarm>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Registry {
    leader: Option<Municipality>,
    applied: u64,
    members: u32,
}

#[derive(Debug, PartialEq, Serialize)]
struct Cases {
    active: u64,
    frozen: u64,
    pending: u64,
    handed_over: u64,
}

#[derive(Debug, PartialEq, Serialize)]
struct Alarm {
    code: String,
    cases: u64,
    what_to_do: String,
}

impl From<v1::GetNodeStatusResponse> for NodeStatus {
    fn from(status: v1::GetNodeStatusResponse) -> Self {
        let alarm =
            |alarm: v1::Alarm| Alarm { code: alarm.code, cases: alarm.cases, what_to_do: alarm.what_to_do };
        Self {
            municipality: Municipality::of(status.municipality),
            version: status.version,
            ready: status.ready,
            not_ready_because: some(status.not_ready_because),
            incarnation: status.incarnation,
            registry: Registry {
                leader: Municipality::of(status.leader),
                applied: status.registry_applied,
                members: status.members,
            },
            cases: Cases {
                active: status.active,
                frozen: status.frozen,
                pending: status.pending,
                handed_over: status.handed_over,
            },
            open_handovers: status.open_handovers,
            outbox: status.outbox,
            audit_size: status.audit_size,
            certificate_not_after: instant(status.certificate_not_after),
            alarms: status.alarms.into_iter().map(alarm).collect(),
        }
    }
}

const ALARMS: &[Column] = &[("KODE", Align::Left), ("SAGER", Align::Right), ("HVAD SKAL GØRES", Align::Left)];

impl View for NodeStatus {
    fn page(&self) -> Page {
        let ready = match (&self.not_ready_because, self.ready) {
            (_, true) => "ja".to_owned(),
            (Some(because), false) => format!("nej: {because}"),
            (None, false) => "nej".to_owned(),
        };
        let leader = match place(self.registry.leader.as_ref()) {
            none if none.is_empty() => "ingen".to_owned(),
            leader => leader,
        };
        let page = Page::new()
            .title(format!("Node: {}", place(self.municipality.as_ref())))
            .fields([
                ("Klar", ready),
                ("Version", self.version.clone()),
                ("Start nr.", self.incarnation.to_string()),
                ("Certifikat gælder til", time(self.certificate_not_after)),
            ])
            .title("Registret")
            .fields([
                ("Leder", leader),
                ("Medlemmer", self.registry.members.to_string()),
                ("Indført til nr.", self.registry.applied.to_string()),
            ])
            .title("Sager")
            .fields([
                ("Aktive", self.cases.active.to_string()),
                ("Låste, overdragelse i gang", self.cases.frozen.to_string()),
                ("Låste, overdragelse besluttet", self.cases.pending.to_string()),
                ("Overdragede", self.cases.handed_over.to_string()),
                ("Overdragelser i gang", self.open_handovers.to_string()),
                ("Beskeder i kø", self.outbox.to_string()),
                ("Blade i opslagsloggen", self.audit_size.to_string()),
            ]);
        if self.alarms.is_empty() {
            return page;
        }
        let rows = self
            .alarms
            .iter()
            .map(|alarm| vec![alarm.code.clone(), alarm.cases.to_string(), alarm.what_to_do.clone()]);
        page.title("Alarmer").table(ALARMS, rows.collect())
    }
}

/// An account was added or changed.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct AccountPut {
    pub(crate) username: String,
}

impl View for AccountPut {
    fn page(&self) -> Page {
        Page::new().fields([("Konto gemt", self.username.clone())])
    }
}

/// Who looked at or changed a citizen's case.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Accesses {
    accesses: Vec<Access>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Access {
    sequence: u64,
    at: Option<Timestamp>,
    actor: String,
    actor_kind: String,
    actor_name: Option<String>,
    unit: Option<String>,
    municipality: Option<Municipality>,
    action: String,
    what: String,
    outcome: Option<String>,
    outcome_text: String,
    transfer_id: Option<String>,
}

impl From<v1::ListAccessesResponse> for Accesses {
    fn from(answer: v1::ListAccessesResponse) -> Self {
        let accesses = answer.accesses.into_iter().map(|access| Access {
            sequence: access.sequence,
            at: instant(access.at),
            actor: access.actor,
            actor_kind: access.actor_kind,
            actor_name: some(access.actor_name),
            unit: some(access.unit),
            municipality: Municipality::of(access.municipality),
            action: access.action,
            what: access.what,
            outcome: some(access.outcome),
            outcome_text: access.outcome_text,
            transfer_id: some(access.transfer_id),
        });
        Self { accesses: accesses.collect() }
    }
}

impl Access {
    /// A person by name and user name, a node by where it is.
    fn who(&self) -> String {
        match &self.actor_name {
            Some(name) if self.actor_kind == "user" => format!("{name} ({})", self.actor),
            Some(name) => name.clone(),
            None => self.actor.clone(),
        }
    }
}

const ACCESSES: &[Column] = &[
    ("NR.", Align::Right),
    ("HVORNÅR", Align::Left),
    ("HVEM", Align::Left),
    ("ENHED", Align::Left),
    ("HVAD", Align::Left),
    ("UDFALD", Align::Left),
];

impl View for Accesses {
    fn page(&self) -> Page {
        if self.accesses.is_empty() {
            return Page::new().line("Ingen har set eller ændret sagen.");
        }
        let rows = self.accesses.iter().map(|access| {
            vec![
                access.sequence.to_string(),
                time(access.at),
                access.who(),
                or_empty(access.unit.as_ref()),
                access.what.clone(),
                access.outcome_text.clone(),
            ]
        });
        Page::new().table(ACCESSES, rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn a_node_s_status_is_shown() {
        let status = NodeStatus::from(samples::node_status());
        insta::assert_snapshot!("node_status_screen", status.page().human(false));
        insta::assert_json_snapshot!("node_status_json", status);
    }

    #[test]
    fn a_node_that_is_not_ready_says_why() {
        let status = v1::GetNodeStatusResponse {
            ready: false,
            not_ready_because: "registret er ikke nået".to_owned(),
            leader: String::new(),
            ..samples::node_status()
        };
        let text = NodeStatus::from(status).page().human(false);
        assert!(text.contains("nej: registret er ikke nået"), "{text}");
        assert!(text.contains("Leder            ingen"), "{text}");
    }

    #[test]
    fn accesses_are_shown_oldest_first_as_the_node_sent_them() {
        let accesses = Accesses::from(samples::accesses());
        insta::assert_snapshot!("audit_citizen_screen", accesses.page().human(false));
        insta::assert_json_snapshot!("audit_citizen_json", accesses);
    }

    #[test]
    fn a_saved_account_is_named() {
        insta::assert_json_snapshot!("account_put_json", AccountPut { username: "bo".into() });
    }
}
