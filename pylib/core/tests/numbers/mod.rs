//! Numbers that look random and are the same in every run, unless other ones are asked for.

use std::ops::Range;

/// A source of numbers.
pub struct Numbers(u64);

impl Numbers {
    /// The numbers of a seed.
    pub fn of(seed: u64) -> Self {
        let mut numbers = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        // Seeds that are neighbours begin alike.
        for _ in 0..4 {
            numbers.next();
        }
        numbers
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    /// True in one of so many cases.
    pub fn one_of(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    /// One of several.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// The seeds to try: `RANDOM_COUNT` of them (or as many as are usual) from `RANDOM_SEED` on, or `RANDOM_ONLY` alone.
pub fn seeds(usual: u64) -> Range<u64> {
    let variable = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect(name));
    match variable("RANDOM_ONLY") {
        Some(seed) => seed..seed + 1,
        None => {
            let first = variable("RANDOM_SEED").unwrap_or(0).wrapping_mul(1_000_003);
            first..first + variable("RANDOM_COUNT").unwrap_or(usual)
        }
    }
}
