//! Deployments over ssh, timed beside those of other programs: the same files on the same hosts, in turns.
//!
//! `cargo bench --bench remote [-- HOSTS]`; `benches/README.md` tells what is measured and holds the figures.

#[path = "../support/binary.rs"]
mod binary;
mod competitor;
#[path = "../support/console.rs"]
mod console;
mod hosts;
#[path = "../support/measure.rs"]
#[expect(dead_code, reason = "shared with the measurements of this machine, which also look at memory")]
mod measure;
mod relay;
mod table;

use std::path::Path;
use std::process::ExitCode;

use competitor::Competitor;
use console::{choice, say};
use hosts::{Hosts, State};
use measure::{Sample, Series};
use relay::Traffic;
use table::{FreshRow, Row, TrafficRow};

/// How many hosts, and how often each is measured.
const SIZES: [(usize, usize); 3] = [(1, 5), (10, 3), (50, 1)];

/// With how many hosts a first contact is measured at the most: batou 2 takes minutes with more.
const FRESH: usize = 10;

/// With how many hosts what travels is counted.
const COUNTED: usize = 10;

fn main() -> ExitCode {
    console::end(run())
}

fn run() -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let chosen = choice();
    let competitors = Competitor::all(root)?;
    for competitor in &competitors {
        say(&format!("{:<8} {}", competitor.name(), binary::describe(competitor.path())))?;
    }
    let (mut rows, mut fresh, mut traffic) = (Vec::new(), Vec::new(), Vec::new());
    for (count, rounds) in SIZES {
        if chosen.as_ref().is_some_and(|chosen| *chosen != count.to_string()) {
            continue;
        }
        say(&format!("\n{count} hosts"))?;
        let hosts = Hosts::start(count, &competitors)?;
        if count <= FRESH {
            fresh.push(first_contact(&hosts, &competitors)?);
        }
        rows.extend(measure(&hosts, &competitors, rounds)?);
        if count == COUNTED {
            traffic = counted(&hosts, &competitors)?;
        }
    }
    if rows.is_empty() {
        return Err("these numbers of hosts can be chosen: 1, 10, 50".to_owned());
    }
    let tables = [table::render(&rows), table::render_fresh(&fresh), table::render_traffic(&traffic)];
    say(&format!("\n{}", tables.join("\n")))
}

/// The first run ever of those that have to bring themselves, once: they take long.
fn first_contact(hosts: &Hosts, competitors: &[Competitor]) -> Result<FreshRow, String> {
    let mut times = Vec::new();
    for competitor in competitors.iter().filter(|competitor| competitor.brings_itself()) {
        times.push(timed(hosts, competitor, State::Fresh)?.time);
    }
    hosts.clear()?;
    let times = times.try_into().map_err(|_| "others than ours and the original bring themselves".to_owned())?;
    Ok(FreshRow { hosts: hosts.count(), times })
}

/// First runs and runs that find nothing to do, of each program in turn.
fn measure(hosts: &Hosts, competitors: &[Competitor], rounds: usize) -> Result<Vec<Row>, String> {
    // What is brought to a host once and stays there: the program of ours, what Ansible caches, the bytecode of the others.
    for competitor in competitors {
        hosts.deploy(competitor, State::Missing)?;
    }
    let empty = || vec![Series::default(); competitors.len()];
    let (mut first, mut nothing, mut again) = (empty(), empty(), empty());
    let (mut floor, mut in_turn) = (Series::default(), Series::default());
    for _ in 0..rounds {
        hosts.clear()?;
        for (competitor, series) in competitors.iter().zip(&mut first) {
            series.add(&timed(hosts, competitor, State::Missing)?, true);
        }
        for (competitor, (nothing, again)) in competitors.iter().zip(nothing.iter_mut().zip(&mut again)) {
            nothing.add(&timed(hosts, competitor, State::There)?, true);
            again.add(&timed(hosts, competitor, State::Connected)?, true);
        }
        floor.add(&hosts.log_in(5)?, true);
        in_turn.add(&hosts.log_in(1)?, true);
    }
    Ok([(State::Missing, first), (State::There, nothing), (State::Connected, again)]
        .into_iter()
        .map(|(state, series)| Row {
            hosts: hosts.count(),
            run: state.title(),
            series,
            floor: floor.clone(),
            in_turn: in_turn.clone(),
        })
        .collect())
}

fn timed(hosts: &Hosts, competitor: &Competitor, state: State) -> Result<Sample, String> {
    let sample = hosts.deploy(competitor, state)?;
    say(&format!("  {:<8} {}: {:.2} s", competitor.name(), state.title(), sample.time.as_secs_f64()))?;
    Ok(sample)
}

/// What travels over the connections of each program.
fn counted(hosts: &Hosts, competitors: &[Competitor]) -> Result<Vec<TrafficRow>, String> {
    let mut rows = Vec::new();
    hosts.clear()?;
    for state in [State::Missing, State::There] {
        for competitor in competitors {
            let traffic: Traffic = hosts.watched(competitor, state)?;
            rows.push(TrafficRow { program: competitor.name(), run: state.title(), hosts: hosts.count(), traffic });
        }
    }
    Ok(rows)
}
