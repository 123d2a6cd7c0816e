//! Peers' messages, parsed at the edge into the domain's values.

use std::collections::BTreeSet;

use enplan_domain::handover::{
    Digest, Ending, FamilyMove, Message, MessageKind, PreviewVersion, Receipt, Rejection, Signature, family,
};
use enplan_domain::{
    CaseHandle, Epoch, FamilyMoveId, Kommunekode, Narrative, RequestId, Timestamp, TransferId,
};
use enplan_proto::handover::v1 as proto;
use tonic::Status;

use crate::preview::Preview;

/// The most bytes of a package in one message.
pub(crate) const PIECE: usize = 64 * 1024;

/// The largest package that is taken in or sent.
pub(crate) const LARGEST_PACKAGE: u64 = 32 * 1024 * 1024;

fn malformed(field: &'static str) -> Status {
    Status::invalid_argument(format!("malformed field: {field}"))
}

pub(crate) fn transfer(bytes: &[u8]) -> Result<TransferId, Status> {
    TransferId::from_slice(bytes).map_err(|_| malformed("transfer"))
}

pub(crate) fn digest(bytes: &[u8]) -> Result<Digest, Status> {
    bytes.try_into().map(Digest).map_err(|_| malformed("digest"))
}

pub(crate) fn version(bytes: &[u8]) -> Result<PreviewVersion, Status> {
    bytes.try_into().map(PreviewVersion).map_err(|_| malformed("version"))
}

/// A preview as it came from its sender.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) transfer: TransferId,
    pub(crate) handle: CaseHandle,
    pub(crate) epoch: Epoch,
    pub(crate) version: PreviewVersion,
    pub(crate) preview: Preview,
    pub(crate) family: Option<FamilyMove>,
}

impl TryFrom<proto::ShowPreviewRequest> for Shown {
    type Error = Status;

    fn try_from(request: proto::ShowPreviewRequest) -> Result<Self, Self::Error> {
        let content = request.content.ok_or_else(|| malformed("content"))?;
        Ok(Self {
            transfer: transfer(&request.transfer)?,
            handle: CaseHandle::from_slice(&request.handle).map_err(|_| malformed("handle"))?,
            epoch: Epoch(request.epoch),
            version: version(&request.version)?,
            preview: content.try_into()?,
            family: together(&request.family, request.family_announced)?,
        })
    }
}

/// The family that a preview belongs to, if it says so. Who of it waits is the sender's to know.
fn together(id: &[u8], announced: u32) -> Result<Option<FamilyMove>, Status> {
    if id.is_empty() {
        return Ok(None);
    }
    let id = FamilyMoveId::from_slice(id).map_err(|_| malformed("family"))?;
    if announced > family::MOST {
        return Err(malformed("family_announced"));
    }
    Ok(Some(FamilyMove { id, announced, waiting: BTreeSet::new() }))
}

/// The most entries in a preview's lists, and the most characters in each of its texts.
const LONGEST_LIST: usize = 200;
const LONGEST_TEXT: usize = 500;

impl TryFrom<proto::PreviewContent> for Preview {
    type Error = Status;

    fn try_from(content: proto::PreviewContent) -> Result<Self, Self::Error> {
        let lists = [&content.sectors, &content.sections, &content.left_out];
        if lists.iter().any(|list| list.len() > LONGEST_LIST || list.iter().any(|t| t.len() > LONGEST_TEXT)) {
            return Err(malformed("content"));
        }
        if [&content.basis_kind, &content.provision, &content.contact].iter().any(|t| t.len() > LONGEST_TEXT)
        {
            return Err(malformed("content"));
        }
        Ok(Self {
            sectors: content.sectors,
            goals: content.goals,
            actions: content.actions,
            sections: content.sections,
            left_out: content.left_out,
            basis_kind: content.basis_kind,
            provision: content.provision,
            contact: content.contact,
            deadline: content.deadline.and_then(from_proto_time).ok_or_else(|| malformed("deadline"))?,
        })
    }
}

impl From<&Preview> for proto::PreviewContent {
    fn from(preview: &Preview) -> Self {
        Self {
            sectors: preview.sectors.clone(),
            goals: preview.goals,
            actions: preview.actions,
            sections: preview.sections.clone(),
            left_out: preview.left_out.clone(),
            basis_kind: preview.basis_kind.clone(),
            provision: preview.provision.clone(),
            contact: preview.contact.clone(),
            deadline: Some(proto_time(preview.deadline)),
        }
    }
}

/// An instant as messages carry it.
pub fn proto_time(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }
}

/// The instant in a message, if it is one.
pub fn from_proto_time(at: prost_types::Timestamp) -> Option<Timestamp> {
    Timestamp::new(at.seconds, at.nanos).ok()
}

/// A receipt with its signature, as it came.
pub(crate) fn receipt(request: &proto::SendReceiptRequest) -> Result<(Receipt, Signature), Status> {
    let receipt = Receipt {
        handle: CaseHandle::from_slice(&request.handle).map_err(|_| malformed("handle"))?,
        transfer: transfer(&request.transfer)?,
        epoch: Epoch(request.epoch),
        digest: digest(&request.digest)?,
    };
    Ok((receipt, Signature(request.signature.clone())))
}

/// What a destination signs when it accepts.
pub(crate) fn acceptance_bytes(request: &proto::AcceptPreviewRequest) -> Vec<u8> {
    let mut bytes = b"enplan acceptance v1\0".to_vec();
    bytes.extend(&request.transfer);
    bytes.extend(&request.version);
    bytes.extend(request.schema.to_be_bytes());
    bytes.extend((request.public_key.len() as u64).to_be_bytes());
    bytes.extend(&request.public_key);
    bytes
}

/// An ending as the other side says it. What it may say is only what it can know.
pub(crate) fn ending(request: &proto::SayEndingRequest) -> Result<Ending, Status> {
    Ok(match request.code.as_str() {
        "REVOKED" => Ending::Revoked,
        "BASIS_WITHDRAWN" => Ending::BasisWithdrawn,
        "BASIS_LAPSED" => Ending::BasisLapsed,
        "PREVIEW_CHANGED" => Ending::PreviewChanged,
        "EXPIRED" => Ending::Expired,
        "NO_RECEIPT" => Ending::NoReceipt,
        "FORGOTTEN" => Ending::Forgotten,
        "REJECTED" => {
            let comment = Narrative::parse(&request.comment).map_err(|_| malformed("comment"))?;
            if request.reason.len() > LONGEST_TEXT {
                return Err(malformed("reason"));
            }
            Ending::Rejected(Rejection { reason: request.reason.clone(), comment })
        }
        _ => Ending::ByTheOther,
    })
}

/// The stable code of an ending.
pub fn ending_code(ending: &Ending) -> &'static str {
    match ending {
        Ending::Revoked => "REVOKED",
        Ending::BasisWithdrawn => "BASIS_WITHDRAWN",
        Ending::BasisLapsed => "BASIS_LAPSED",
        Ending::PreviewChanged => "PREVIEW_CHANGED",
        Ending::Rejected(_) => "REJECTED",
        Ending::Expired => "EXPIRED",
        Ending::NoReceipt => "NO_RECEIPT",
        Ending::Forgotten => "FORGOTTEN",
        Ending::Refused(_) => "REFUSED_BY_REGISTRY",
        Ending::ByTheOther => "ENDED_BY_THE_OTHER",
    }
}

/// A message of the other side's, as it came.
pub(crate) fn message(
    from: Kommunekode,
    request: &proto::SayMessageRequest,
) -> Result<(TransferId, Message), Status> {
    let kind = MessageKind::ALL.into_iter().find(|kind| kind.as_str() == request.kind);
    let by = match request.by.as_str() {
        "" => None,
        name => Some(name.parse().map_err(|_| malformed("by"))?),
    };
    let message = Message {
        id: RequestId::from_slice(&request.message).map_err(|_| malformed("message"))?,
        from,
        by,
        at: request.at.and_then(from_proto_time).ok_or_else(|| malformed("at"))?,
        kind: kind.ok_or_else(|| malformed("kind"))?,
        text: Narrative::parse(&request.text).map_err(|_| malformed("text"))?,
        delivered: true,
    };
    Ok((transfer(&request.transfer)?, message))
}

/// A message to the other side.
pub(crate) fn say_message(transfer: TransferId, message: &Message) -> proto::SayMessageRequest {
    proto::SayMessageRequest {
        transfer: transfer.to_bytes().to_vec(),
        message: message.id.to_bytes().to_vec(),
        at: Some(proto_time(message.at)),
        by: message.by.as_ref().map(ToString::to_string).unwrap_or_default(),
        kind: message.kind.as_str().to_owned(),
        text: message.text.reveal().to_owned(),
    }
}

pub(crate) fn say_ending(transfer: TransferId, ending: &Ending) -> proto::SayEndingRequest {
    let (reason, comment) = match ending {
        Ending::Rejected(rejection) => (rejection.reason.clone(), rejection.comment.reveal().to_owned()),
        _ => Default::default(),
    };
    proto::SayEndingRequest {
        transfer: transfer.to_bytes().to_vec(),
        code: ending_code(ending).to_owned(),
        reason,
        comment,
    }
}
