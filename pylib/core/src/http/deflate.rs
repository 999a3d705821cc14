//! Bodies with `Content-Encoding: deflate`.

use std::io::{self, Chain, Cursor, Read};

use flate2::read::{DeflateDecoder, ZlibDecoder};

/// The bytes that tell the two forms apart, and the rest.
type Whole<R> = Chain<Cursor<Vec<u8>>, R>;

/// Unpacks a body. The standard means a zlib stream by `deflate`; some servers send one without its header.
pub(super) struct Inflated<R: Read> {
    state: State<R>,
}

enum State<R: Read> {
    /// Nothing was read yet.
    Unknown(Option<R>),
    Zlib(ZlibDecoder<Whole<R>>),
    Bare(DeflateDecoder<Whole<R>>),
}

impl<R: Read> Inflated<R> {
    pub(super) fn new(body: R) -> Self {
        Self { state: State::Unknown(Some(body)) }
    }
}

impl<R: Read> Read for Inflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let State::Unknown(body) = &mut self.state {
            // The answer to HEAD says how the body would be packed and has none.
            let Some(mut body) = body.take() else { return Ok(0) };
            let mut first = Vec::new();
            body.by_ref().take(2).read_to_end(&mut first)?;
            let header = match first[..] {
                [] => return Ok(0),
                [method, flags] => method & 0x0f == 8 && (u16::from(method) << 8 | u16::from(flags)) % 31 == 0,
                _ => false,
            };
            let whole = Cursor::new(first).chain(body);
            self.state =
                if header { State::Zlib(ZlibDecoder::new(whole)) } else { State::Bare(DeflateDecoder::new(whole)) };
        }
        match &mut self.state {
            State::Unknown(_) => Ok(0),
            State::Zlib(decoder) => decoder.read(buffer),
            State::Bare(decoder) => decoder.read(buffer),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, ZlibEncoder};

    use super::*;

    fn inflated(body: &[u8]) -> io::Result<Vec<u8>> {
        let mut data = Vec::new();
        Inflated::new(body).read_to_end(&mut data).map(|_| data)
    }

    #[test]
    fn both_forms_are_unpacked() {
        let text = b"a text, a text, a text".repeat(500);
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(&text).expect("packed");
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::default());
        bare.write_all(&text).expect("packed");
        for packed in [zlib.finish().expect("packed"), bare.finish().expect("packed")] {
            assert_eq!(inflated(&packed).expect("unpacked"), text);
            assert!(inflated(&packed[..packed.len() / 2]).is_err(), "half a body is an error");
        }
        assert_eq!(inflated(b"").expect("nothing"), b"");
        assert!(inflated(b"\xffno such thing").is_err());
    }
}
