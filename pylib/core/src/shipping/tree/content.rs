//! The content of a file as it arrives.

use std::io;

use super::super::error::ShippingError;
use super::super::line::Receiving;
use super::super::message::{CHUNK, FromController, FromTarget};
use super::WINDOW;

/// The messages of the controller. Every window of content is acknowledged, so that never too much is on its way.
pub(in crate::shipping) struct Intake<'a, 'b> {
    pub(in crate::shipping) line: &'a mut Receiving<'b>,
    taken: u64,
}

impl<'a, 'b> Intake<'a, 'b> {
    pub(in crate::shipping) fn new(line: &'a mut Receiving<'b>) -> Self {
        Self { line, taken: 0 }
    }

    /// The next message.
    ///
    /// # Errors
    /// A lost line, a controller that gave up, a chunk that is larger than agreed.
    pub(in crate::shipping) fn next(&mut self) -> Result<FromController, ShippingError> {
        let message = self.line.receive()?;
        if let FromController::Failed(failure) = message {
            return Err(ShippingError::Controller(failure.shortened()));
        }
        if let FromController::Chunk(bytes) | FromController::Whole { content: bytes, .. } = &message {
            if bytes.len() > CHUNK {
                return Err(ShippingError::unexpected("more content in a message than allowed"));
            }
            self.taken += bytes.len() as u64;
            while self.taken >= WINDOW {
                self.taken -= WINDOW;
                self.line.send(FromTarget::Taken)?;
            }
        }
        Ok(message)
    }
}

/// Why a content ended before it was complete.
pub(in crate::shipping) enum Stop {
    /// The file was changed meanwhile and comes again.
    Again,
    /// Nothing more comes.
    Error(ShippingError),
}

/// A content as a reader. It ends when it is complete; else reading fails and [`Content::stop`] tells why.
pub(in crate::shipping) struct Content<'a, 'b, 'c> {
    intake: &'c mut Intake<'a, 'b>,
    chunk: Vec<u8>,
    at: usize,
    /// How many bytes are still to come; `None` where that is not known.
    left: Option<u64>,
    has_ended: bool,
    pub(in crate::shipping) stop: Option<Stop>,
}

impl<'a, 'b, 'c> Content<'a, 'b, 'c> {
    pub(in crate::shipping) fn new(intake: &'c mut Intake<'a, 'b>, size: Option<u64>) -> Self {
        Self { intake, chunk: Vec::new(), at: 0, left: size, has_ended: false, stop: None }
    }

    /// Gets the next chunk; `false` after the last one.
    fn advance(&mut self) -> Result<bool, Stop> {
        match self.intake.next().map_err(Stop::Error)? {
            FromController::Chunk(bytes) if !bytes.is_empty() => {
                if let Some(left) = &mut self.left {
                    *left = left
                        .checked_sub(bytes.len() as u64)
                        .ok_or_else(|| Stop::Error(ShippingError::unexpected("more of a file than announced")))?;
                }
                (self.chunk, self.at) = (bytes, 0);
                Ok(true)
            }
            FromController::End if self.left.unwrap_or_default() == 0 => Ok(false),
            FromController::End => Err(Stop::Error(ShippingError::unexpected("less of a file than announced"))),
            FromController::Again => Err(Stop::Again),
            _ => Err(Stop::Error(ShippingError::unexpected("something else in the middle of a file"))),
        }
    }
}

impl io::Read for Content<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.len() && !self.has_ended {
            match self.advance() {
                Ok(goes_on) => self.has_ended = !goes_on,
                Err(stop) => {
                    self.stop = Some(stop);
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
        if self.has_ended {
            return Ok(0);
        }
        let length = buffer.len().min(self.chunk.len() - self.at);
        buffer[..length].copy_from_slice(&self.chunk[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}
