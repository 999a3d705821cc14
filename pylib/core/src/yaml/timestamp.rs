use std::fmt;

/// A date, perhaps with a time and the offset from universal time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    /// The year, 1 to 9999.
    pub year: u16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day, 1 to 31.
    pub day: u8,
    /// Nothing for a mere date.
    pub time: Option<Time>,
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// 0 to 23
    pub hour: u8,
    /// 0 to 59
    pub minute: u8,
    /// 0 to 59
    pub second: u8,
    /// 0 to 999999
    pub microsecond: u32,
    /// Seconds east of universal time, if that is known.
    pub offset: Option<i32>,
}

impl Timestamp {
    /// The parts of a text that has the form of a timestamp; they may be out of range.
    pub fn fields(text: &str) -> Option<Self> {
        let mut reader = Reader(text.as_bytes());
        let year = reader.number(4, 4)?;
        reader.expect(b'-')?;
        let (month, month_digits) = reader.one_or_two()?;
        reader.expect(b'-')?;
        let (day, day_digits) = reader.one_or_two()?;
        let date = Self { year: u16::try_from(year).ok()?, month, day, time: None };
        if reader.0.is_empty() {
            return (month_digits == 2 && day_digits == 2).then_some(date);
        }
        if reader.expect(b'T').is_none() && reader.expect(b't').is_none() && reader.blanks() == 0 {
            return None;
        }
        let (hour, _) = reader.one_or_two()?;
        reader.expect(b':')?;
        let minute = reader.number(2, 2)?;
        reader.expect(b':')?;
        let second = reader.number(2, 2)?;
        let mut microsecond = 0;
        if reader.expect(b'.').is_some() {
            let mut unit = 100_000;
            while let Some(digit) = reader.digit() {
                microsecond += digit * unit;
                unit /= 10;
            }
        }
        let had_blanks = reader.blanks() > 0;
        let offset = match reader.0 {
            [] if !had_blanks => None,
            b"Z" => Some(0),
            [sign @ (b'+' | b'-'), ..] => {
                reader.0 = &reader.0[1..];
                let (hours, _) = reader.one_or_two()?;
                let minutes = if reader.expect(b':').is_some() { reader.number(2, 2)? } else { 0 };
                let seconds = i32::from(hours) * 3600 + i32::try_from(minutes).ok()? * 60;
                if !reader.0.is_empty() {
                    return None;
                }
                Some(if *sign == b'-' { -seconds } else { seconds })
            }
            _ => return None,
        };
        let time =
            Time { hour, minute: u8::try_from(minute).ok()?, second: u8::try_from(second).ok()?, microsecond, offset };
        Some(Self { time: Some(time), ..date })
    }

    /// Whether there is such a day and time.
    pub(super) fn exists(&self) -> bool {
        let year = i16::try_from(self.year).unwrap_or_default();
        let is_month = i8::try_from(self.month).ok();
        let is_day = i8::try_from(self.day).ok();
        let (Some(month), Some(day)) = (is_month, is_day) else { return false };
        let time_exists = self.time.is_none_or(|time| {
            time.hour < 24
                && time.minute < 60
                && time.second < 60
                && time.offset.is_none_or(|offset| offset.abs() < 86_400)
        });
        year > 0 && jiff::civil::Date::new(year, month, day).is_ok() && time_exists
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)?;
        let Some(time) = self.time else { return Ok(()) };
        write!(formatter, " {:02}:{:02}:{:02}", time.hour, time.minute, time.second)?;
        if time.microsecond > 0 {
            write!(formatter, ".{:06}", time.microsecond)?;
        }
        if let Some(offset) = time.offset {
            let sign = if offset < 0 { '-' } else { '+' };
            let seconds = offset.abs();
            write!(formatter, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
            if seconds % 60 > 0 {
                write!(formatter, ":{:02}", seconds % 60)?;
            }
        }
        Ok(())
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn digit(&mut self) -> Option<u32> {
        let digit = char::from(*self.0.first()?).to_digit(10)?;
        self.0 = &self.0[1..];
        Some(digit)
    }

    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let mut number = 0;
        for count in 0..most {
            match self.digit() {
                Some(digit) => number = number * 10 + digit,
                None if count >= least => break,
                None => return None,
            }
        }
        Some(number)
    }

    /// The number and how many digits it has.
    fn one_or_two(&mut self) -> Option<(u8, usize)> {
        let before = self.0.len();
        let number = self.number(1, 2)?;
        Some((u8::try_from(number).ok()?, before - self.0.len()))
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(())
    }

    fn blanks(&mut self) -> usize {
        let count = self.0.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.0 = &self.0[count..];
        count
    }
}
