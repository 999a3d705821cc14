//! The figures as tables that can be pasted into a page.

use std::time::Duration;

use crate::measure::Series;
use crate::relay::Traffic;

/// One line of the table of times.
pub struct Row {
    /// How many hosts.
    pub hosts: usize,
    /// What the deployment found.
    pub run: &'static str,
    /// The runs of each program, ours first, then the original, pyinfra and Ansible.
    pub series: Vec<Series>,
    /// Logging in to each host, five at a time.
    pub floor: Series,
    /// The same one after another.
    pub in_turn: Series,
}

/// One line of the table of hosts that have nothing of a program yet.
pub struct FreshRow {
    /// How many hosts.
    pub hosts: usize,
    /// The time of ours, then that of the original.
    pub times: [Duration; 2],
}

/// One line of the table of what travelled.
pub struct TrafficRow {
    /// The program.
    pub program: &'static str,
    /// What the deployment found.
    pub run: &'static str,
    /// How many hosts.
    pub hosts: usize,
    /// What travelled to and from all of them.
    pub traffic: Traffic,
}

/// Times are medians, with the shortest in parentheses; how many times faster ours is stands behind those of others.
pub fn render(rows: &[Row]) -> String {
    let mut text = String::from(
        "| hosts | run | ours | batou 2 | pyinfra | Ansible | `ssh HOST true`, five at a time | one after another | ours / five at a time |\n\
         |---:|---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for row in rows {
        let ours = row.series.first().map(Series::median).unwrap_or_default();
        let mut cells = vec![row.hosts.to_string(), row.run.to_owned()];
        for (index, series) in row.series.iter().enumerate() {
            let (median, least) = (seconds(series.median()), seconds(series.least()));
            cells.push(match index {
                0 => format!("{median} ({least})"),
                _ => format!("{median} ({least}): {}x", ratio(series.median(), ours)),
            });
        }
        cells.extend([seconds(row.floor.median()), seconds(row.in_turn.median()), ratio(ours, row.floor.median())]);
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

/// How many times faster ours is stands behind the time of the original.
pub fn render_fresh(rows: &[FreshRow]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut text = String::from("| hosts | first contact: ours | batou 2 |\n|---:|---:|---:|\n");
    for row in rows {
        let [ours, original] = row.times;
        text.push_str(&format!(
            "| {} | {} | {}: {}x |\n",
            row.hosts,
            seconds(ours),
            seconds(original),
            ratio(original, ours)
        ));
    }
    text
}

/// All figures are per host.
pub fn render_traffic(rows: &[TrafficRow]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut text = String::from(
        "| program | run | connections | bytes to a host | bytes from it | round trips |\n|---|---|---:|---:|---:|---:|\n",
    );
    for row in rows {
        let hosts = row.hosts as u64;
        let each = |count: u64| (count / hosts).to_string();
        let Traffic { connections, sent, received, turns } = row.traffic;
        let cells = [
            row.program.to_owned(),
            row.run.to_owned(),
            each(connections),
            each(sent),
            each(received),
            each(turns / 2),
        ];
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

fn ratio(more: Duration, less: Duration) -> String {
    if less.is_zero() { "unknown".into() } else { format!("{:.1}", more.as_secs_f64() / less.as_secs_f64()) }
}
