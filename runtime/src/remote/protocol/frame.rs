//! Frames: four bytes of length (big-endian, of the payload), a byte for the kind, the payload.

use std::io::{self, Read, Write};

/// The most bytes of a payload, so that nobody can make the other side fill its memory.
pub const LIMIT: usize = 32 * 1024 * 1024;

/// The kind of a frame without payload that only says that its sender is there.
pub(super) const HEARTBEAT_KIND: u8 = 0;

/// A frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub kind: u8,
    pub payload: Vec<u8>,
}

/// What can be read.
#[derive(Debug)]
pub(super) enum Incoming {
    Frame(Frame),
    /// There is nothing more.
    End,
    /// The frame says that it is larger than allowed.
    TooLarge(usize),
}

/// Writes a frame in one piece.
pub(super) fn write(writer: &mut dyn Write, kind: u8, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len()).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
    let mut bytes = Vec::with_capacity(5 + payload.len());
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.push(kind);
    bytes.extend_from_slice(payload);
    writer.write_all(&bytes)?;
    writer.flush()
}

/// Reads the next frame. The memory grows with what arrives, not with what is promised.
pub(super) fn read(reader: &mut dyn Read) -> io::Result<Incoming> {
    let mut head = [0; 5];
    let mut filled = 0;
    while filled < head.len() {
        match reader.read(&mut head[filled..]) {
            Ok(0) if filled == 0 => return Ok(Incoming::End),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let [a, b, c, d, kind] = head;
    let length = u32::from_be_bytes([a, b, c, d]) as usize;
    if length > LIMIT {
        return Ok(Incoming::TooLarge(length));
    }
    let mut payload = Vec::new();
    if reader.take(length as u64).read_to_end(&mut payload)? < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Incoming::Frame(Frame { kind, payload }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_length_kind_payload() {
        let mut bytes = Vec::new();
        write(&mut bytes, 7, b"ab").expect("memory");
        assert_eq!(bytes, [0, 0, 0, 2, 7, b'a', b'b']);
    }

    #[test]
    fn cuts_are_seen_at_every_byte() {
        let mut bytes = Vec::new();
        write(&mut bytes, 7, b"abc").expect("memory");
        for length in 0..bytes.len() {
            let read = read(&mut &bytes[..length]);
            if length == 0 {
                assert!(matches!(read, Ok(Incoming::End)));
            } else {
                assert_eq!(read.expect_err("cut").kind(), io::ErrorKind::UnexpectedEof, "{length}");
            }
        }
        let Ok(Incoming::Frame(frame)) = read(&mut &bytes[..]) else { panic!("no frame") };
        assert_eq!((frame.kind, frame.payload.as_slice()), (7, &b"abc"[..]));
    }

    #[test]
    fn a_promise_of_much_costs_no_memory() {
        let head = [0xff, 0xff, 0xff, 0xff, 1];
        assert!(matches!(read(&mut &head[..]), Ok(Incoming::TooLarge(0xffff_ffff))));
        let head = [1, 0, 0, 0, 1, 9];
        assert_eq!(read(&mut &head[..]).expect_err("cut").kind(), io::ErrorKind::UnexpectedEof);
    }
}
