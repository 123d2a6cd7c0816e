//! Ports for nine nodes: free ones at first, the same ones ever after.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use enplan_domain::Kommunekode;
use serde::{Deserialize, Serialize};

/// The nodes' own ports lie so far above the users'.
const PEERS_ABOVE: u16 = 100;
/// Where blocks of ports are tried: above the well known ones, below those that Linux gives to outgoing connections.
const BLOCKS_FROM: u16 = 10_000;
const BLOCKS: u16 = 1_000;
/// So many blocks are tried before it is said that none is free.
const TRIES: usize = 50;

/// No ports for the network.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PortsError {
    /// One of the ports that were asked for.
    #[error("port {port} is taken or not allowed: give another --base-port, or leave it out")]
    Asked {
        /// The port.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The ports do not fit above the base.
    #[error("--base-port {0} is too high: nine ports and nine a hundred above them must fit below 65536")]
    TooHigh(u16),
    /// A port that the network has had since it was made.
    #[error("port {port} of {name} is taken: end whatever uses it, or begin anew with --fresh")]
    Taken {
        /// The port.
        port: u16,
        /// Whose.
        name: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// None found.
    #[error("no free ports were found: choose some with --base-port")]
    NoneFree,
}

/// Where one node listens, on this machine alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ports {
    /// For users.
    pub(crate) api: u16,
    /// For other nodes.
    pub(crate) peer: u16,
}

impl Ports {
    /// The address for users.
    pub(crate) fn api_address(self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.api).into()
    }

    /// The address for other nodes.
    pub(crate) fn peer_address(self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.peer).into()
    }
}

/// Ports that nobody else can take until this is dropped: just before the nodes take them themselves.
#[derive(Debug)]
pub(crate) struct Reserved {
    /// One pair for each node.
    pub(crate) ports: Vec<Ports>,
    _listeners: Vec<TcpListener>,
}

impl Reserved {
    /// A block of ports that begins here.
    pub(crate) fn block(base: u16, nodes: u16) -> Result<Self, PortsError> {
        if base.checked_add(PEERS_ABOVE).and_then(|peers| peers.checked_add(nodes)).is_none() {
            return Err(PortsError::TooHigh(base));
        }
        let ports: Vec<_> = (base..base + nodes).map(|api| Ports { api, peer: api + PEERS_ABOVE }).collect();
        let listeners = bind_all(&ports).map_err(|(_, port, source)| PortsError::Asked { port, source })?;
        Ok(Self { ports, _listeners: listeners })
    }

    /// Free ones: these if they are, or any.
    pub(crate) fn find(preferred: Option<u16>, nodes: u16) -> Result<Self, PortsError> {
        if let Some(found) = preferred.and_then(|base| Self::block(base, nodes).ok()) {
            return Ok(found);
        }
        (0..TRIES).find_map(|_| Self::block(random_base()?, nodes).ok()).ok_or(PortsError::NoneFree)
    }

    /// The same ones as before.
    pub(crate) fn again(nodes: &[(Kommunekode, Ports)]) -> Result<Self, PortsError> {
        let ports: Vec<_> = nodes.iter().map(|(_, ports)| *ports).collect();
        let listeners = bind_all(&ports).map_err(|(at, port, source)| PortsError::Taken {
            port,
            name: nodes[at].0.name().unwrap_or("a node"),
            source,
        })?;
        Ok(Self { ports, _listeners: listeners })
    }
}

/// A listener on every port, or the first that could not be had: which node's, which, and why.
fn bind_all(ports: &[Ports]) -> Result<Vec<TcpListener>, (usize, u16, io::Error)> {
    let all = ports.iter().enumerate().flat_map(|(at, ports)| [(at, ports.api), (at, ports.peer)]);
    all.map(|(at, port)| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| (at, port, error)))
        .collect()
}

/// The beginning of some block: ten of them lie between a block's two halves.
fn random_base() -> Option<u16> {
    let mut bytes = [0; 2];
    aws_lc_rs::rand::fill(&mut bytes).ok()?;
    let block = u16::from_be_bytes(bytes) % BLOCKS;
    Some(BLOCKS_FROM + block / 10 * 2 * PEERS_ABOVE + block % 10 * 10)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn nine() -> [Kommunekode; 9] {
        enplan_domain::municipality::THE_NINE.map(|(code, _)| code)
    }

    #[test]
    fn every_node_gets_two_ports_of_its_own_that_it_can_bind() {
        let reserved = Reserved::find(None, 9).unwrap();
        let ports = reserved.ports.clone();
        let each: BTreeSet<u16> = ports.iter().flat_map(|ports| [ports.api, ports.peer]).collect();
        assert_eq!(each.len(), 18);
        drop(reserved);
        for port in each {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        }
    }

    #[test]
    fn ports_that_are_reserved_are_had_by_nobody_else() {
        let reserved = Reserved::find(None, 9).unwrap();
        let base = reserved.ports[0].api;
        assert!(matches!(Reserved::block(base, 9), Err(PortsError::Asked { port, .. }) if port == base));
        assert_ne!(Reserved::find(Some(base), 9).unwrap().ports, reserved.ports);
    }

    #[test]
    fn preferred_ports_are_taken_when_they_are_free() {
        let base = Reserved::find(None, 9).unwrap().ports[0].api;
        assert_eq!(Reserved::find(Some(base), 9).unwrap().ports[0], Ports { api: base, peer: base + 100 });
    }

    #[test]
    fn a_port_taken_since_the_last_start_is_named_with_its_node() {
        let reserved = Reserved::find(None, 9).unwrap();
        let nodes: Vec<_> = nine().into_iter().zip(reserved.ports.clone()).collect();
        drop(reserved);
        let taken = TcpListener::bind(nodes[5].1.peer_address()).unwrap();
        let error = Reserved::again(&nodes).unwrap_err().to_string();
        assert!(error.contains("Gribskov") && error.contains(&nodes[5].1.peer.to_string()), "{error}");
        drop(taken);
        assert_eq!(Reserved::again(&nodes).unwrap().ports.len(), 9);
    }

    #[test]
    fn a_base_too_high_for_all_of_them_is_refused() {
        assert!(matches!(Reserved::block(65_500, 9), Err(PortsError::TooHigh(65_500))));
    }
}
