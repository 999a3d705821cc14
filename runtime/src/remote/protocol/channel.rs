//! Messages in both directions at once.

use std::io::{Read, Write};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use super::frame::{self, HEARTBEAT_KIND, Incoming};
use super::{ChannelError, HEARTBEAT, Message};
use crate::signals::spawn_without_signals;

type Writer = Mutex<Box<dyn Write + Send>>;

/// The end that messages go out of; copies share it.
pub struct Outlet<Sent> {
    writer: Arc<Writer>,
    /// Its thread sends heartbeats until the last copy is gone.
    _beating: Arc<Sender<()>>,
    patience: Duration,
    is_closed: Arc<AtomicBool>,
    sent: PhantomData<fn(Sent)>,
}

impl<Sent> Clone for Outlet<Sent> {
    fn clone(&self) -> Self {
        Self {
            writer: Arc::clone(&self.writer),
            _beating: Arc::clone(&self._beating),
            patience: self.patience,
            is_closed: Arc::clone(&self.is_closed),
            sent: PhantomData,
        }
    }
}

impl<Sent: Message> Outlet<Sent> {
    /// Sends a message; waits while the other side takes none.
    ///
    /// # Errors
    /// The connection is lost, or the message is too large, after which others can still be sent.
    pub fn send(&self, message: &Sent) -> Result<(), ChannelError> {
        let (kind, payload) = message.encode().map_err(ChannelError::Broken)?;
        if payload.len() > frame::LIMIT {
            return Err(ChannelError::TooLarge { length: payload.len() });
        }
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        frame::write(&mut **writer, kind, &payload).map_err(|error| ChannelError::of(error, self.patience))
    }
}

impl<Sent> Outlet<Sent> {
    /// Ends this direction for all copies; the other side finds nothing more to read. What is sent later goes nowhere.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        *self.writer.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(std::io::sink());
    }

    /// Whether this direction was ended from here.
    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }
}

/// The end that messages come out of.
pub struct Inlet<Received> {
    messages: Receiver<Result<Received, ChannelError>>,
}

impl<Received: Message> Inlet<Received> {
    /// Waits for the next message.
    ///
    /// # Errors
    /// The connection is lost; from then on it is [`ChannelError::Ended`].
    pub fn receive(&self) -> Result<Received, ChannelError> {
        self.messages.recv().unwrap_or(Err(ChannelError::Ended))
    }
}

/// Opens a connection over a reader and a writer, each with a thread of its own. `patience` is how long the two wait, for the text of
/// errors only.
pub fn open<Sent: Message, Received: Message>(
    reader: impl Read + Send + 'static,
    writer: impl Write + Send + 'static,
    patience: Duration,
) -> (Outlet<Sent>, Inlet<Received>) {
    open_with(reader, writer, patience, HEARTBEAT)
}

fn open_with<Sent: Message, Received: Message>(
    mut reader: impl Read + Send + 'static,
    writer: impl Write + Send + 'static,
    patience: Duration,
    heartbeat: Duration,
) -> (Outlet<Sent>, Inlet<Received>) {
    let writer: Arc<Writer> = Arc::new(Mutex::new(Box::new(writer)));
    let (beating, stop) = channel();
    let weak = Arc::downgrade(&writer);
    spawn_without_signals(move || beat(&weak, &stop, heartbeat));
    let (sender, messages) = channel();
    spawn_without_signals(move || {
        loop {
            let message = next(&mut reader, patience);
            let is_last = message.is_err();
            if sender.send(message).is_err() || is_last {
                break;
            }
        }
    });
    (
        Outlet { writer, _beating: Arc::new(beating), patience, is_closed: Arc::default(), sent: PhantomData },
        Inlet { messages },
    )
}

fn beat(writer: &Weak<Writer>, stop: &Receiver<()>, heartbeat: Duration) {
    while matches!(stop.recv_timeout(heartbeat), Err(RecvTimeoutError::Timeout)) {
        let Some(writer) = writer.upgrade() else { return };
        let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
        if frame::write(&mut **writer, HEARTBEAT_KIND, &[]).is_err() {
            // The reader tells it.
            return;
        }
    }
}

fn next<Received: Message>(reader: &mut impl Read, patience: Duration) -> Result<Received, ChannelError> {
    loop {
        match frame::read(reader).map_err(|error| ChannelError::of(error, patience))? {
            Incoming::Frame(frame) if frame.kind == HEARTBEAT_KIND => {}
            Incoming::Frame(frame) => return Received::decode(frame.kind, &frame.payload),
            Incoming::End => return Err(ChannelError::Ended),
            Incoming::TooLarge(length) => return Err(ChannelError::TooLarge { length }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ControllerHello, FromAgent, PatientReader, PatientWriter, ToAgent};
    use super::*;
    use std::fs::File;

    const SOON: Duration = Duration::from_millis(200);

    fn pipe() -> (File, File) {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        (File::from(std::os::fd::OwnedFd::from(reader)), File::from(std::os::fd::OwnedFd::from(writer)))
    }

    fn hello(version: &str) -> ToAgent {
        ToAgent::Hello(ControllerHello { protocol: 1, version: version.to_owned() })
    }

    fn version(message: Result<ToAgent, ChannelError>) -> String {
        match message {
            Ok(ToAgent::Hello(hello)) => hello.version,
            Ok(_) => panic!("another message"),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn messages_of_several_threads_arrive_whole() {
        let (reader, writer) = pipe();
        let (other_reader, _kept) = pipe();
        let (outlet, _) = open::<ToAgent, FromAgent>(other_reader, PatientWriter::new(writer, SOON), SOON);
        let (_, inlet) = open::<FromAgent, ToAgent>(PatientReader::new(reader, SOON), std::io::sink(), SOON);
        let long = "x".repeat(100_000);
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let (outlet, long) = (outlet.clone(), long.clone());
                std::thread::spawn(move || (0..20).for_each(|_| outlet.send(&hello(&long)).expect("sent")))
            })
            .collect();
        for _ in 0..40 {
            assert_eq!(version(inlet.receive()), long);
        }
        threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
        drop(outlet);
        assert!(matches!(inlet.receive(), Err(ChannelError::Ended)));
    }

    #[test]
    fn who_is_silent_is_lost_and_who_beats_is_not() {
        let (reader, writer) = pipe();
        let patient = PatientReader::new(reader, SOON);
        let (_, inlet) = open::<FromAgent, ToAgent>(patient, std::io::sink(), SOON);
        let (other_reader, _kept) = pipe();
        let (outlet, _) = open_with::<ToAgent, FromAgent>(other_reader, writer, SOON, SOON / 10);
        std::thread::sleep(SOON * 3);
        outlet.send(&hello("late")).expect("sent");
        assert_eq!(version(inlet.receive()), "late");
        let (reader, _writer) = pipe();
        let (_, inlet) = open::<FromAgent, ToAgent>(PatientReader::new(reader, SOON), std::io::sink(), SOON);
        assert!(matches!(inlet.receive(), Err(ChannelError::Silent(_))));
    }

    #[test]
    fn a_writer_that_nobody_reads_gives_up() {
        let (_reader, writer) = pipe();
        let (other_reader, _kept) = pipe();
        let (outlet, _) = open::<ToAgent, FromAgent>(other_reader, PatientWriter::new(writer, SOON), SOON);
        let error = outlet.send(&hello(&"x".repeat(1_000_000))).expect_err("nobody reads");
        assert!(matches!(error, ChannelError::Silent(_)), "{error}");
    }

    #[test]
    fn garbage_is_no_lost_connection() {
        for bytes in [&[0, 0, 0, 0, 99][..], &[0, 0, 0, 1, 1, 0xff], &[0, 0, 0, 1, 2, 0]] {
            let (_, inlet) = open::<FromAgent, ToAgent>(bytes, std::io::sink(), SOON);
            assert!(matches!(inlet.receive(), Err(ChannelError::Garbage(_))), "{bytes:?}");
        }
        let (_, inlet) = open::<FromAgent, ToAgent>(&[255, 0, 0, 0, 1][..], std::io::sink(), SOON);
        assert!(matches!(inlet.receive(), Err(ChannelError::TooLarge { .. })));
        let (_, inlet) = open::<FromAgent, ToAgent>(&[0, 0, 0][..], std::io::sink(), SOON);
        assert!(matches!(inlet.receive(), Err(ChannelError::Ended)));
    }
}
