//! What one other end can make a node hold or wait for.

use std::time::Duration;

use enplan_transport::{DialError, Dialer, Limits, PeerListener};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tonic::metadata::MetadataValue;
use tonic::{Code, Request};

use crate::support::{
    Federation, LOCALHOST, OPENING, Shown, code, say, say_with, serve_peers, until_ended, until_goaway,
};

const SOON: Duration = Duration::from_millis(200);

fn impatient() -> Limits {
    Limits { handshake_timeout: SOON, ..Limits::peers() }
}

#[tokio::test]
async fn a_stalled_handshake_is_dropped_after_the_timeout_and_holds_up_nobody() {
    let federation = Federation::new();
    let address = serve_peers(federation.store("0219"), impatient()).await;
    let mut stalled = TcpStream::connect(address).await.unwrap();
    stalled.write_all(&[0x16, 0x03, 0x01]).await.unwrap();

    let channel = federation.dialer("0270").peer(code("0219"), &address.to_string());
    say(&channel, "past the stalled one").await.unwrap();
    assert!(until_ended(&mut stalled).await.is_empty());
}

#[tokio::test]
async fn a_connection_that_opens_half_an_http2_is_dropped_after_the_timeout() {
    let federation = Federation::new();
    let address = serve_peers(federation.store("0219"), impatient()).await;
    let client = federation.raw_client(Some(Shown::of(&federation.files("0270"))));
    let mut stream = client.handshake(address).await.unwrap();
    stream.write_all(&OPENING[..20]).await.unwrap();
    until_ended(&mut stream).await;
}

#[tokio::test]
async fn a_crowd_of_stalled_handshakes_keeps_a_peer_out_for_one_timeout_only() {
    let federation = Federation::new();
    let limits = Limits { max_handshakes: 2, ..impatient() };
    let address = serve_peers(federation.store("0219"), limits).await;
    let crowd = [TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap()];
    let channel = federation.dialer("0270").peer(code("0219"), &address.to_string());
    say(&channel, "after the crowd").await.unwrap();
    drop(crowd);
}

#[tokio::test]
async fn a_connection_beyond_the_limit_waits_until_another_closes() {
    let federation = Federation::new();
    let limits = Limits { max_connections: 1, ..Limits::peers() };
    let address = serve_peers(federation.store("0219"), limits).await;
    let client = federation.raw_client(Some(Shown::of(&federation.files("0270"))));
    let only = client.enter(address).await.unwrap();

    let waiting = Dialer::new(federation.store("0201"), impatient()).peer(code("0219"), &address.to_string());
    let failed = say(&waiting, "is there room?").await.unwrap_err();
    assert!(matches!(DialError::behind(&failed), Some(DialError::TimedOut { .. })), "{failed:?}");

    drop(only);
    let patient = federation.dialer("0217").peer(code("0219"), &address.to_string());
    say(&patient, "now there is").await.unwrap();
}

#[tokio::test]
async fn an_oversized_message_is_refused() {
    let federation = Federation::new();
    let limits = Limits { max_message_bytes: 10_000, ..Limits::peers() };
    let address = serve_peers(federation.store("0219"), limits).await;
    let channel = federation.dialer("0270").peer(code("0219"), &address.to_string());
    say(&channel, "x".repeat(9_000)).await.unwrap();
    let refused = say(&channel, "x".repeat(11_000)).await.unwrap_err();
    assert_eq!(refused.code(), Code::OutOfRange, "{refused:?}");
}

#[tokio::test]
async fn huge_headers_are_refused_and_the_connection_lives_on() {
    let federation = Federation::new();
    let address = serve_peers(federation.store("0219"), Limits::peers()).await;
    let channel = federation.dialer("0270").peer(code("0219"), &address.to_string());
    let mut request = Request::new("hello".to_owned());
    let huge: MetadataValue<_> = "x".repeat(20 * 1024).parse().unwrap();
    request.metadata_mut().insert("x-huge", huge);
    say_with(&channel, request).await.unwrap_err();
    say(&channel, "hello").await.unwrap();
}

#[tokio::test]
async fn a_connection_is_asked_to_end_at_its_age() {
    let federation = Federation::new();
    let limits = Limits { max_connection_age: Duration::from_millis(1), ..Limits::peers() };
    let address = serve_peers(federation.store("0219"), limits).await;
    let client = federation.raw_client(Some(Shown::of(&federation.files("0270"))));
    let mut stream = client.enter(address).await.unwrap();
    assert_eq!(until_goaway(&mut stream).await, 0, "NO_ERROR: nothing was wrong with it");
}

#[tokio::test]
async fn a_flood_of_requests_that_are_taken_back_ends_the_connection() {
    let federation = Federation::new();
    let address = serve_peers(federation.store("0219"), Limits::peers()).await;
    let client = federation.raw_client(Some(Shown::of(&federation.files("0270"))));
    let mut stream = client.enter(address).await.unwrap();
    let mut flood = Vec::new();
    for request in 0..200_u32 {
        let id = (2 * request + 1).to_be_bytes();
        // HEADERS with POST https / and nothing else, then RST_STREAM with CANCEL.
        flood.extend([0, 0, 3, 1, 4]);
        flood.extend(id);
        flood.extend([0x83, 0x87, 0x84]);
        flood.extend([0, 0, 4, 3, 0]);
        flood.extend(id);
        flood.extend([0, 0, 0, 8]);
    }
    stream.write_all(&flood).await.unwrap();
    assert_eq!(until_goaway(&mut stream).await, 11, "ENHANCE_YOUR_CALM");
}

#[tokio::test]
async fn dropping_the_stream_of_connections_closes_the_address() {
    let federation = Federation::new();
    let listener = PeerListener::bind(LOCALHOST, federation.store("0219"), Limits::peers()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let incoming = listener.incoming();
    // A handshake under way is broken off with it.
    let mut caller = TcpStream::connect(address).await.unwrap();
    drop(incoming);
    until_ended(&mut caller).await;
    PeerListener::bind(address, federation.store("0270"), Limits::peers()).await.unwrap();
}
