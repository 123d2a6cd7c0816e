//! Who sent a request.

use std::net::SocketAddr;
use std::sync::Arc;

use tonic::{Request, Status};

use crate::identity::PeerIdentity;

/// What is known of the connection that a request came on; every request's extensions hold it.
#[derive(Debug, Clone)]
pub struct ConnectInfo {
    /// The other end's address, as this machine sees it.
    pub remote: SocketAddr,
    /// Whom the other end proved to be: always there on the peers' listener, never on the users'.
    pub peer: Option<PeerIdentity>,
}

/// Says whether a peer is a member of the federation, as far as this node knows right now.
///
/// A certificate outlives a membership, and a connection outlives both. So this is asked on each request and must be
/// cheap: a look into memory.
pub type MembershipCheck = Arc<dyn Fn(&PeerIdentity) -> bool + Send + Sync>;

/// Which municipality's node sent this request.
///
/// `unauthenticated` if it did not come through the peers' listener.
pub fn peer_identity<T>(request: &Request<T>) -> Result<PeerIdentity, Status> {
    request.extensions().get::<ConnectInfo>().and_then(|info| info.peer.clone()).ok_or_else(|| {
        Status::unauthenticated(
            "only other municipalities' nodes may ask this: call the peer address with a node's certificate",
        )
    })
}

/// Which member's node sent this request: [`peer_identity`], and `permission_denied` for one who is no member (any more).
pub fn peer_identity_of_member<T>(
    request: &Request<T>,
    is_member: &(impl Fn(&PeerIdentity) -> bool + ?Sized),
) -> Result<PeerIdentity, Status> {
    let peer = peer_identity(request)?;
    if is_member(&peer) {
        return Ok(peer);
    }
    Err(Status::permission_denied(format!(
        "municipality {} is not a member of the federation, or not any more: ask the federation's operators",
        peer.municipality
    )))
}

/// An interceptor for a whole peers' server that lets members' requests through and no others.
///
/// For `tonic::service::InterceptorLayer`, so that no service can forget to ask.
pub fn members_only(
    is_member: MembershipCheck,
) -> impl Fn(Request<()>) -> Result<Request<()>, Status> + Clone + Send + Sync {
    move |request| {
        peer_identity_of_member(&request, &*is_member)?;
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request_from(peer: Option<&str>) -> Request<()> {
        let mut request = Request::new(());
        let peer = peer.map(|uri| uri.parse().unwrap());
        request.extensions_mut().insert(ConnectInfo { remote: ([127, 0, 0, 1], 1).into(), peer });
        request
    }

    #[test]
    fn a_request_that_came_by_no_peer_connection_has_no_peer() {
        for request in [request_from(None), Request::new(())] {
            assert_eq!(peer_identity(&request).unwrap_err().code(), tonic::Code::Unauthenticated);
        }
    }

    #[test]
    fn a_member_who_is_removed_is_refused_on_the_next_request() {
        let request = || request_from(Some("spiffe://nord.example/municipality/0270"));
        let members = Arc::new(std::sync::Mutex::new(vec!["0270".to_owned()]));
        let known = members.clone();
        let interceptor = members_only(Arc::new(move |peer| {
            known.lock().unwrap().contains(&peer.municipality.to_string())
        }));
        assert!(interceptor(request()).is_ok());

        members.lock().unwrap().clear();
        let refusal = interceptor(request()).unwrap_err();
        assert_eq!(refusal.code(), tonic::Code::PermissionDenied);
        assert!(refusal.message().contains("0270"), "{refusal}");
    }
}
