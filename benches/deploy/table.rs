//! The figures as a table that can be pasted into a page.

use std::time::Duration;

use crate::measure::Series;

/// One line of the table.
pub struct Row {
    /// The workload with its size.
    pub workload: String,
    /// What the deployment found.
    pub phase: &'static str,
    /// The original's runs.
    pub original: Series,
    /// Our runs.
    pub ours: Series,
    /// What cannot be gone below.
    pub floor: Series,
}

/// Times are medians, with the shortest in parentheses; ratios are of medians.
pub fn render(rows: &[Row]) -> String {
    let mut text = String::from(
        "| workload | run | original | ours | times faster | floor | ours / floor | memory original | memory ours | times less |\n\
         |---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for row in rows {
        let cells = [
            row.workload.clone(),
            row.phase.to_owned(),
            times(&row.original),
            times(&row.ours),
            ratio(row.original.median(), row.ours.median()),
            duration(row.floor.median()),
            ratio(row.ours.median(), row.floor.median()),
            memory(row.original.memory()),
            memory(row.ours.memory()),
            match (row.original.memory(), row.ours.memory()) {
                (Some(original), Some(ours)) if ours > 0 => quotient(original, ours),
                _ => "unknown".into(),
            },
        ];
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

fn times(series: &Series) -> String {
    format!("{} ({})", duration(series.median()), duration(series.least()))
}

fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds >= 1.0 { format!("{seconds:.2} s") } else { format!("{:.1} ms", seconds * 1e3) }
}

fn ratio(more: Duration, less: Duration) -> String {
    if less.is_zero() { "unknown".into() } else { format!("{:.1}", more.as_secs_f64() / less.as_secs_f64()) }
}

#[expect(clippy::cast_precision_loss, reason = "a figure for the eye")]
fn quotient(more: u64, less: u64) -> String {
    format!("{:.1}", more as f64 / less as f64)
}

#[expect(clippy::cast_precision_loss, reason = "a figure for the eye")]
fn memory(kibibytes: Option<u64>) -> String {
    kibibytes.map_or_else(|| "unknown".into(), |size| format!("{:.1} MiB", size as f64 / 1024.0))
}
