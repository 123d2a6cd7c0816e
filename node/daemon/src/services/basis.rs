//! Legal bases: recorded with author and time, and withdrawn.

use std::collections::BTreeSet;
use std::sync::Arc;

use enplan_domain::access::Action;
use enplan_domain::basis::{BasisDraft, ConsentForm, ConsentGiver, DataProtectionBasis, Ground, LegalBasis};
use enplan_domain::plan::{PlanCommand, PlanRefusal, Section};
use enplan_domain::{BasisId, Timestamp, danish_midnight};
use enplan_federation::HandoverError;
use enplan_proto::basis::v1 as proto;
use enplan_proto::basis::v1::basis_service_server::BasisService;
use enplan_vault::{AuditEntry, Write};
use jiff::civil::Date;
use tonic::{Request, Response, Status};

use super::Desk;
use super::casework::Case;
use super::field::{case_id, narrative};
use super::handover::municipality;
use super::masking::Masking;
use super::show_basis::{show_basis, show_effect};
use crate::failure::Failure;
use crate::sessions::Caller;

/// The provision that a consent leans on where nobody names another.
const CONSENT: &str = "retssikkerhedsloven-11-a";

/// What a look at a legal basis is called in the audit log.
const SEE_BASIS: &str = "see-basis";

pub(super) struct Bases(pub(super) Arc<Desk>);

/// What all kinds of bases have in common.
struct Asked {
    case: String,
    recipient: String,
    sections: Vec<String>,
    provision: String,
    until: Option<Timestamp>,
}

/// A basis that was recorded, and what of the plan it is about.
struct Recorded {
    basis_id: String,
    sections: Vec<String>,
    not_covered: Vec<String>,
}

#[tonic::async_trait]
impl BasisService for Bases {
    async fn record_consent(
        &self,
        request: Request<proto::RecordConsentRequest>,
    ) -> Result<Response<proto::RecordConsentResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let ground = Ground::Consent {
            purpose: narrative("purpose", &request.purpose)?,
            form: form(request.form())?,
            given_by: giver(request.giver())?,
        };
        if request.all_present_sections && !request.sections.is_empty() {
            return Err(Failure::field(
                "sections",
                "SECTIONS_CONTRADICT",
                "name sections or take all present ones, not both",
                "Vælg enten bestemte oplysninger eller alle, ikke begge dele.",
            )
            .into());
        }
        let asked = Asked {
            case: request.case_id,
            recipient: request.recipient,
            sections: request.sections,
            provision: if request.provision.is_empty() { CONSENT.to_owned() } else { request.provision },
            until: end_of(&request.valid_until)?,
        };
        let all = request.all_present_sections;
        let Recorded { basis_id, sections, not_covered } =
            self.record(&caller, asked, all, |_| Ok(ground.clone())).await?;
        Ok(Response::new(proto::RecordConsentResponse { basis_id, sections, not_covered }))
    }

    async fn record_statutory_duty(
        &self,
        request: Request<proto::RecordStatutoryDutyRequest>,
    ) -> Result<Response<proto::RecordStatutoryDutyResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let assessment = narrative("assessment", &request.assessment)?;
        let summary = narrative("summary", &request.summary)?;
        let sections: BTreeSet<Section> = parse_sections(&request.sections)?;
        let named = request.material.clone();
        let asked = Asked {
            case: request.case_id,
            recipient: request.recipient,
            sections: request.sections,
            provision: request.provision,
            until: None,
        };
        let Recorded { basis_id, sections, not_covered } = self
            .record(&caller, asked, false, |case| {
                // Item by item: those that were named, or all that the sections named hold today.
                let material = if named.is_empty() {
                    let within = |item: &&enplan_domain::plan::Item| sections.contains(&item.section());
                    case.plan.live_items().filter(within).map(|item| item.key.clone()).collect()
                } else {
                    named.iter().map(|key| key.parse()).collect::<Result<_, _>>().map_err(|_| {
                        Failure::field(
                            "material",
                            "NOT_AN_ITEM",
                            "not an item's id",
                            "Angiv oplysningerne med deres id, som `enplan plan show` viser dem.",
                        )
                    })?
                };
                let (assessment, summary) = (assessment.clone(), summary.clone());
                Ok(Ground::StatutoryDuty { assessment, summary, material })
            })
            .await?;
        Ok(Response::new(proto::RecordStatutoryDutyResponse { basis_id, sections, not_covered }))
    }

    async fn record_other_statute(
        &self,
        request: Request<proto::RecordOtherStatuteRequest>,
    ) -> Result<Response<proto::RecordOtherStatuteResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let ground = Ground::OtherStatute { reason: narrative("reason", &request.reason)? };
        let asked = Asked {
            case: request.case_id,
            recipient: request.recipient,
            sections: request.sections,
            provision: request.provision,
            until: None,
        };
        let Recorded { basis_id, sections, not_covered } =
            self.record(&caller, asked, false, |_| Ok(ground.clone())).await?;
        Ok(Response::new(proto::RecordOtherStatuteResponse { basis_id, sections, not_covered }))
    }

    async fn withdraw_consent(
        &self,
        request: Request<proto::WithdrawConsentRequest>,
    ) -> Result<Response<proto::WithdrawConsentResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let (case, basis) = (case_id(&request.case_id)?, basis_id(&request.basis_id)?);
        self.0.open_case(&caller, Action::WithdrawBasis, case).await?;
        let withdrawn =
            self.0.handovers.withdraw_consent(case, basis, caller.actor.clone(), &caller.user.name).await;
        if let Err(refusal @ HandoverError::TooLate) = &withdrawn {
            // That the citizen asked for it is on record, although it came too late.
            let action = Action::WithdrawBasis.as_str();
            let entry = AuditEntry::refused(caller.actor, action, vec![case], refusal.code());
            self.0.vault.write(Write::of(entry)).await.map_err(Failure::from)?;
        }
        let effect = show_effect(withdrawn.map_err(Failure::from)?);
        Ok(Response::new(proto::WithdrawConsentResponse { effect: Some(effect) }))
    }

    async fn preview_withdrawal(
        &self,
        request: Request<proto::PreviewWithdrawalRequest>,
    ) -> Result<Response<proto::PreviewWithdrawalResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let (case, basis) = (case_id(&request.case_id)?, basis_id(&request.basis_id)?);
        self.0.open_case(&caller, Action::WithdrawBasis, case).await?;
        let entry = AuditEntry::done(caller.actor.clone(), "preview-withdrawal", vec![case]);
        self.0.vault.write(Write::of(entry)).await.map_err(Failure::from)?;
        let effect = self.0.handovers.preview_withdrawal(case, basis, &caller.user.name).await;
        let effect = show_effect(effect.map_err(Failure::from)?);
        Ok(Response::new(proto::PreviewWithdrawalResponse { effect: Some(effect) }))
    }

    async fn list_bases(
        &self,
        request: Request<proto::ListBasesRequest>,
    ) -> Result<Response<proto::ListBasesResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let id = case_id(&request.get_ref().case_id)?;
        let case = self.0.see_of_case(&caller, SEE_BASIS, id).await?;
        let mut bases: Vec<&LegalBasis> = case.plan.bases.values().collect();
        bases.sort_by_key(|basis| (std::cmp::Reverse(basis.recorded().at), basis.id()));
        let now = self.0.clock.now();
        let words = self.0.code_systems.loaded();
        let masking = Masking::of(self.0.municipality, case.hides_destination);
        let show = |basis: &LegalBasis| show_basis(basis, &case.plan, &words, now, masking);
        let bases = bases.into_iter().map(show).collect();
        Ok(Response::new(proto::ListBasesResponse { bases }))
    }

    async fn get_basis(
        &self,
        request: Request<proto::GetBasisRequest>,
    ) -> Result<Response<proto::GetBasisResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let (id, basis) = (case_id(&request.case_id)?, basis_id(&request.basis_id)?);
        let case = self.0.see_of_case(&caller, SEE_BASIS, id).await?;
        let basis = case.plan.bases.get(&basis).ok_or_else(no_such_basis)?;
        let words = self.0.code_systems.loaded();
        let masking = self.0.masking(&caller, &case, &request.reveal_reason).await?;
        let basis = show_basis(basis, &case.plan, &words, self.0.clock.now(), masking);
        Ok(Response::new(proto::GetBasisResponse { basis: Some(basis) }))
    }
}

impl Bases {
    async fn record(
        &self,
        caller: &Caller,
        asked: Asked,
        all_present: bool,
        ground: impl Fn(&Case) -> Result<Ground, Failure>,
    ) -> Result<Recorded, Failure> {
        let case = case_id(&asked.case)?;
        let id = BasisId::from(uuid::Uuid::new_v4());
        let to = municipality(&asked.recipient)?;
        let asked_for = parse_sections(&asked.sections)?;
        // What the last try saw: the one that was written.
        let (mut sections, mut not_covered) = (BTreeSet::new(), BTreeSet::new());
        self.0
            .change_case(caller, Action::RecordBasis, case, 0, |case, context| {
                sections = if all_present { case.plan.sections() } else { asked_for.clone() };
                let draft = BasisDraft {
                    id,
                    case: case.stored.row.handle,
                    from: self.0.municipality,
                    to: Some(to),
                    sections: sections.clone(),
                    provision: asked.provision.clone(),
                    valid_from: context.now,
                    until: asked.until,
                    data_protection: DataProtectionBasis::NORMAL,
                    ground: ground(case)?,
                };
                not_covered = draft.not_covered(&case.plan);
                Ok(PlanCommand::RecordBasis(Box::new(draft)))
            })
            .await?;
        let names = |sections: BTreeSet<Section>| sections.iter().map(ToString::to_string).collect();
        Ok(Recorded { basis_id: id.to_string(), sections: names(sections), not_covered: names(not_covered) })
    }
}

fn parse_sections(names: &[String]) -> Result<BTreeSet<Section>, Failure> {
    names.iter().map(|name| name.parse()).collect::<Result<_, _>>().map_err(|_| {
        Failure::field(
            "sections",
            "NOT_A_SECTION",
            "a section is written sector/kind, for example social/goals",
            "Skriv oplysningerne som sektor/slags, for eksempel social/goals.",
        )
    })
}

/// The end of the last day that a consent holds, by Danish standard time.
fn end_of(day: &str) -> Result<Option<Timestamp>, Failure> {
    if day.trim().is_empty() {
        return Ok(None);
    }
    let bad = || Failure::field("valid_until", "NOT_A_DAY", "not a day", "Skriv datoen som ÅÅÅÅ-MM-DD.");
    let day: Date = day.trim().parse().map_err(|_| bad())?;
    let next = day.tomorrow().map_err(|_| bad())?;
    danish_midnight(next).ok_or_else(bad).map(Some)
}

fn basis_id(text: &str) -> Result<BasisId, Failure> {
    text.parse().map_err(|_| no_such_basis())
}

fn no_such_basis() -> Failure {
    PlanRefusal::NoSuchBasis.into()
}

fn form(form: proto::ConsentForm) -> Result<ConsentForm, Failure> {
    match form {
        proto::ConsentForm::Written => Ok(ConsentForm::Written),
        proto::ConsentForm::Digital => Ok(ConsentForm::Digital),
        proto::ConsentForm::OralNoted => Ok(ConsentForm::OrallyNoted),
        proto::ConsentForm::Unspecified => Err(Failure::field(
            "form",
            "CONSENT_FORM_MISSING",
            "say how the consent was given",
            "Angiv, hvordan samtykket er givet: skriftligt, digitalt eller mundtligt og noteret.",
        )),
    }
}

fn giver(giver: proto::ConsentGiver) -> Result<ConsentGiver, Failure> {
    match giver {
        proto::ConsentGiver::Citizen => Ok(ConsentGiver::Citizen),
        proto::ConsentGiver::Guardian => Ok(ConsentGiver::Guardian),
        proto::ConsentGiver::CustodyHolder => Ok(ConsentGiver::CustodyHolder),
        proto::ConsentGiver::CustodyHolders => Ok(ConsentGiver::CustodyHolders),
        proto::ConsentGiver::YoungPerson => Ok(ConsentGiver::YoungPerson),
        proto::ConsentGiver::Unspecified => Err(Failure::field(
            "giver",
            "CONSENT_GIVER_MISSING",
            "say who gave the consent",
            "Angiv, hvem der har givet samtykket.",
        )),
    }
}
