//! Telling whoever started the node how it is doing: `sd_notify(3)`, by its documented protocol.
//!
//! systemd and the demo network both listen on the datagram socket that `NOTIFY_SOCKET` names. Without one, nothing is
//! told and nothing fails.

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::Arc;

/// The environment variable that names the socket.
pub(crate) const SOCKET_VARIABLE: &str = "NOTIFY_SOCKET";
/// The message that the node serves.
pub(crate) const READY: &str = "READY=1";
/// The message that it has begun to stop.
pub(crate) const STOPPING: &str = "STOPPING=1";
/// What a message in words begins with.
pub(crate) const STATUS: &str = "STATUS=";

/// Whoever wants to know, if anybody does. A cheap clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notify {
    socket: Option<Arc<UnixDatagram>>,
}

impl Notify {
    /// Whoever this process was told of when it was started.
    pub(crate) fn from_environment() -> io::Result<Self> {
        match std::env::var_os(SOCKET_VARIABLE) {
            Some(name) if !name.is_empty() => Self::to(&name),
            _ => Ok(Self::default()),
        }
    }

    /// The listener on this socket: a path, or an abstract name that begins with `@`.
    fn to(name: &OsStr) -> io::Result<Self> {
        let address = match name.as_bytes() {
            [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
            path => SocketAddr::from_pathname(OsStr::from_bytes(path))?,
        };
        let socket = UnixDatagram::unbound()?;
        socket.connect_addr(&address)?;
        // A listener that has stopped reading must not stop the node.
        socket.set_nonblocking(true)?;
        Ok(Self { socket: Some(Arc::new(socket)) })
    }

    /// The node serves: it has passed the boot fence.
    pub(crate) fn ready(&self) {
        self.tell(READY);
    }

    /// The node has begun to stop.
    pub(crate) fn stopping(&self) {
        self.tell(STOPPING);
    }

    /// What the node is doing, in one line of words.
    pub(crate) fn status(&self, words: &str) {
        self.tell(&format!("{STATUS}{}", words.replace('\n', " ")));
    }

    fn tell(&self, message: &str) {
        if let Some(socket) = &self.socket {
            // Whoever no longer listens need not be told.
            let _ = socket.send(message.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(socket: &UnixDatagram) -> String {
        let mut buffer = [0; 256];
        let length = socket.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    }

    #[test]
    fn a_listener_hears_each_message_on_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let listener = UnixDatagram::bind(&path).unwrap();
        let notify = Notify::to(path.as_os_str()).unwrap();
        notify.status("waiting\nfor the registry");
        notify.ready();
        notify.stopping();
        assert_eq!(heard(&listener), "STATUS=waiting for the registry");
        assert_eq!(heard(&listener), "READY=1");
        assert_eq!(heard(&listener), "STOPPING=1");
    }

    #[test]
    fn a_listener_may_have_an_abstract_name() {
        let name = format!("enplan-notify-test-{}", uuid::Uuid::new_v4());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let listener = UnixDatagram::bind_addr(&address).unwrap();
        Notify::to(OsStr::new(&format!("@{name}"))).unwrap().ready();
        assert_eq!(heard(&listener), "READY=1");
    }

    #[test]
    fn a_listener_that_went_away_stops_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let listener = UnixDatagram::bind(&path).unwrap();
        let notify = Notify::to(path.as_os_str()).unwrap();
        drop(listener);
        notify.ready();
    }
}
