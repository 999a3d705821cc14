//! Compressions of tar archives, told apart by the content as tar does it.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use bzip2::read::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::{LzmaReader, XzReader};
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

const BUFFER: usize = 1 << 17;
/// A dictionary larger than this (in KiB) exhausts memory; `xz -9` needs 64 MiB.
const LARGEST_DICTIONARY: u32 = 1 << 21;

/// What a tar archive is compressed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Bzip2,
    Xz,
    Zstandard,
    Lzma,
}

/// Looks at the first bytes and goes back to the start.
pub(super) fn detect(file: &mut File) -> io::Result<Compression> {
    let mut start = Vec::new();
    file.take(6).read_to_end(&mut start)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(match start.as_slice() {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        [b'B', b'Z', b'h', ..] => Compression::Bzip2,
        [0xfd, b'7', b'z', b'X', b'Z', 0] => Compression::Xz,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstandard,
        // The old format has no magic number: properties 3, 0, 2 and a dictionary of a multiple of 64 KiB.
        [0x5d, 0, 0, ..] => Compression::Lzma,
        _ => Compression::None,
    })
}

/// The uncompressed content.
pub(super) fn reader(file: File, compression: Compression) -> io::Result<Box<dyn Read>> {
    let input = BufReader::with_capacity(BUFFER, file);
    Ok(match compression {
        Compression::None => Box::new(input),
        Compression::Gzip => Box::new(MultiGzDecoder::new(input)),
        Compression::Bzip2 => Box::new(MultiBzDecoder::new(input)),
        Compression::Xz => Box::new(XzReader::new_mem_limit(input, true, LARGEST_DICTIONARY)),
        Compression::Zstandard => Box::new(Zstandard { input: Some(input), frame: None }),
        Compression::Lzma => Box::new(LzmaReader::new_mem_limit(input, LARGEST_DICTIONARY, None)?),
    })
}

/// All frames of a file one after another; the decoder of the crate ends after the first.
struct Zstandard {
    input: Option<BufReader<File>>,
    frame: Option<StreamingDecoder<BufReader<File>, ruzstd::decoding::FrameDecoder>>,
}

impl Read for Zstandard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use std::io::BufRead;
        loop {
            if let Some(frame) = &mut self.frame {
                let read = frame.read(buffer)?;
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
                if let Some((input, decoder)) = self.frame.take().map(StreamingDecoder::into_parts) {
                    // The decoder calculates the checksum, but does not compare.
                    if let Some(expected) = decoder.get_checksum_from_data()
                        && decoder.get_calculated_checksum() != Some(expected)
                    {
                        return Err(io::Error::new(io::ErrorKind::InvalidData, "wrong checksum"));
                    }
                    self.input = Some(input);
                }
            }
            let Some(mut input) = self.input.take() else { return Ok(0) };
            if input.fill_buf()?.is_empty() {
                self.input = Some(input);
                return Ok(0);
            }
            // A skippable frame holds nothing of the archive.
            let start = input.fill_buf()?;
            if start.len() >= 8 && start[1..4] == [0x2a, 0x4d, 0x18] && start[0] & 0xf0 == 0x50 {
                let length = u32::from_le_bytes([start[4], start[5], start[6], start[7]]);
                input.seek_relative(8 + i64::from(length))?;
                self.input = Some(input);
                continue;
            }
            match StreamingDecoder::new(input) {
                Ok(frame) => self.frame = Some(frame),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::MagicNumberReadError(error))) => {
                    return Err(error);
                }
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error.to_string())),
            }
        }
    }
}
