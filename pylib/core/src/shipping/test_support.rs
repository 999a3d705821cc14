//! Both ends of a line in memory.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::{FromController, FromTarget, Line, LineError, Received, Receiving, Sending, ShippingError, receive};

/// Few enough for an order of messages that could block both ends to do so.
const ROOM: usize = 5;

/// One end. It breaks after a number of messages, if one is given.
pub(super) struct End<Out, In> {
    out: SyncSender<Out>,
    input: Receiver<In>,
    left: Option<usize>,
    sent: Arc<AtomicUsize>,
    /// Looks at each message before it is sent, and may change it.
    pub(super) look: Box<dyn FnMut(&mut Out) + Send>,
}

impl<Out, In> Line for End<Out, In> {
    type Sent = Out;
    type Received = In;

    fn send(&mut self, mut message: Out) -> Result<(), LineError> {
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(1).ok_or_else(|| LineError("cut".into()))?;
        }
        (self.look)(&mut message);
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.out.send(message).map_err(|_| LineError("gone".into()))
    }

    fn receive(&mut self) -> Result<In, LineError> {
        self.input.recv().map_err(|_| LineError("gone".into()))
    }
}

pub(super) type Controller = End<FromController, FromTarget>;
pub(super) type Target = End<FromTarget, FromController>;

/// Two ends, and the number of messages that both send. The controller's breaks after `cut` messages.
pub(super) fn line(cut: Option<usize>) -> (Controller, Target, Arc<AtomicUsize>) {
    let ((out, theirs), (back, ours)) = (sync_channel(ROOM), sync_channel(ROOM));
    let sent = Arc::new(AtomicUsize::new(0));
    let controller = End { out, input: ours, left: cut, sent: Arc::clone(&sent), look: Box::new(|_| {}) };
    let target = End { out: back, input: theirs, left: None, sent: Arc::clone(&sent), look: Box::new(|_| {}) };
    (controller, target, sent)
}

/// What came of a transfer.
pub(super) struct Outcome<T> {
    pub(super) sent: Result<T, ShippingError>,
    pub(super) received: Result<Received, ShippingError>,
    pub(super) messages: usize,
}

/// Runs both ends to their end, then checks that nothing is left on the line unless it broke.
pub(super) fn ship<T>(
    root: &Path,
    cut: Option<usize>,
    send: impl FnOnce(&mut Sending<'_>) -> Result<T, ShippingError>,
) -> Outcome<T> {
    let (mut controller, mut target, messages) = line(cut);
    let (sent, received) = std::thread::scope(|scope| {
        let receiver = scope.spawn(|| {
            let received = receive(root, &mut target as &mut Receiving<'_>, &|| false);
            if !matches!(received, Err(ShippingError::Line(_))) {
                assert!(target.input.recv_timeout(std::time::Duration::from_millis(1)).is_err(), "something is left");
            }
            // Ends the other side, too.
            drop(target);
            received
        });
        let sent = send(&mut controller);
        drop(controller);
        (sent, receiver.join().unwrap())
    });
    Outcome { sent, received, messages: messages.load(Ordering::Relaxed) }
}
