//! Passes connections on to the server and counts what travels.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What travelled over all connections.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traffic {
    /// How many there were.
    pub connections: u64,
    /// Bytes to the hosts.
    pub sent: u64,
    /// Bytes from the hosts.
    pub received: u64,
    /// How often a side spoke after the other one had; two of them are a round trip.
    pub turns: u64,
}

#[derive(Default)]
struct Counters {
    connections: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
    turns: AtomicU64,
}

/// Listens at a port of all addresses.
pub struct Relay {
    port: u16,
    counters: Arc<Counters>,
}

impl Relay {
    /// Passes on to this port of the same address.
    pub fn start(server: u16) -> io::Result<Self> {
        let listener = TcpListener::bind("0.0.0.0:0")?;
        let port = listener.local_addr()?.port();
        let counters = Arc::new(Counters::default());
        let counting = Arc::clone(&counters);
        // It ends with the process: there are a few of them only.
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                counting.connections.fetch_add(1, Ordering::Relaxed);
                // A connection that cannot be passed on fails whoever made it.
                let _ = pass_on(near, server, &counting);
            }
        });
        Ok(Self { port, counters })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What was counted so far.
    pub fn traffic(&self) -> Traffic {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Traffic {
            connections: read(&self.counters.connections),
            sent: read(&self.counters.sent),
            received: read(&self.counters.received),
            turns: read(&self.counters.turns),
        }
    }
}

fn pass_on(near: TcpStream, server: u16, counters: &Arc<Counters>) -> io::Result<()> {
    let far = TcpStream::connect((near.local_addr()?.ip(), server))?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let speaker = Arc::new(Mutex::new(None));
    for (from, to, is_sending) in [(near.try_clone()?, far.try_clone()?, true), (far, near, false)] {
        let (counters, speaker) = (Arc::clone(counters), Arc::clone(&speaker));
        std::thread::spawn(move || copy(from, to, is_sending, &counters, &speaker));
    }
    Ok(())
}

fn copy(mut from: TcpStream, mut to: TcpStream, is_sending: bool, counters: &Counters, speaker: &Mutex<Option<bool>>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let before = speaker.lock().unwrap_or_else(PoisonError::into_inner).replace(is_sending);
        if before != Some(is_sending) {
            counters.turns.fetch_add(1, Ordering::Relaxed);
        }
        let bytes = if is_sending { &counters.sent } else { &counters.received };
        bytes.fetch_add(count as u64, Ordering::Relaxed);
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    // The other side may be gone already.
    let _ = to.shutdown(Shutdown::Write);
}
