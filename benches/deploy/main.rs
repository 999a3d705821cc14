//! Whole deployments, timed beside the original: the same workload, both programs in turn, in the same run.
//!
//! `cargo bench --bench deploy [-- FILTER]`; `benches/README.md` tells what is measured and holds the figures.

#[path = "../support/binary.rs"]
mod binary;
#[path = "../support/console.rs"]
mod console;
mod floor;
#[path = "../support/measure.rs"]
mod measure;
mod program;
mod table;
mod workload;

use std::path::Path;
use std::process::ExitCode;

use console::{choice, say};
use measure::{Sample, Series};
use program::Program;
use table::Row;
use workload::{Project, Workload};

fn main() -> ExitCode {
    console::end(run())
}

fn run() -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // A part of the names of workloads.
    let filter = choice();
    let original = Program::original(root)?;
    let ours = Program::ours()?;
    say(&format!("original: {original}\nours:     {ours}\nplace:    {}\n", workload::place().display()))?;

    let mut rows = Vec::new();
    for workload in workload::load_all(&root.join("benches/workloads"))? {
        let chosen = filter.as_ref().is_none_or(|filter| workload.name.contains(filter.as_str()));
        if !chosen {
            continue;
        }
        say(&format!("{}: {}", workload.name, workload.about))?;
        rows.extend(if workload.one_project {
            vec![measure_nothing_to_do(&workload, &original, &ours)?]
        } else {
            measure_workload(&workload, &original, &ours)?
        });
    }
    if rows.is_empty() {
        return Err(format!("no workload is named like {}", filter.unwrap_or_default()));
    }
    say(&format!("\n{}", table::render(&rows)))
}

/// One workload through both programs: first and second deployment, and the floors beside them.
fn measure_workload(workload: &Workload, original: &Program, ours: &Program) -> Result<Vec<Row>, String> {
    let mut series = [Phase::First, Phase::Nothing].map(|phase| (phase, [Series::default(), Series::default()]));
    let start = floor::process_start()?;
    let mut reading = Series::default();
    let mut other = Series::default();
    for round in 0..workload.rounds() {
        let watched = round + 1 == workload.rounds();
        let timed = !(watched && workload.has_memory_round());
        let projects = [Project::new(workload)?, Project::new(workload)?];
        for (phase, series) in &mut series {
            for ((program, project), series) in [original, ours].into_iter().zip(&projects).zip(series) {
                let sample = program.deploy(project, watched)?;
                phase.check(workload, program, &sample)?;
                series.add(&sample, timed);
            }
        }
        let [expected, found] = &projects;
        found.check_same_files(expected, workload.files)?;
        reading.add(&floor::read_and_compare(&found.work())?, true);
        if let Some(script) = &found.floor {
            other.add(&floor::of_another_program(script, found.path())?, true);
        }
    }
    let rows = series.into_iter().map(|(phase, [original, ours])| {
        let floor = match phase {
            _ if !other.is_empty() => other.clone(),
            Phase::First => start.clone(),
            Phase::Nothing => start.plus(&reading),
        };
        Row { workload: workload.name.clone(), phase: phase.title(), original, ours, floor }
    });
    Ok(rows.collect())
}

/// A workload whose deployment goes on running: the original deploys it, then both look at what is there.
fn measure_nothing_to_do(workload: &Workload, original: &Program, ours: &Program) -> Result<Row, String> {
    let project = Project::new(workload)?;
    Phase::First.check(workload, original, &original.deploy(&project, false)?)?;
    let mut series = [Series::default(), Series::default()];
    for round in 0..workload.rounds() {
        let watched = round + 1 == workload.rounds();
        let timed = !(watched && workload.has_memory_round());
        for (program, series) in [original, ours].into_iter().zip(&mut series) {
            let sample = program.deploy(&project, watched)?;
            Phase::Nothing.check(workload, program, &sample)?;
            series.add(&sample, timed);
        }
    }
    let [original, ours] = series;
    let floor = floor::process_start()?;
    Ok(Row { workload: workload.name.clone(), phase: Phase::Nothing.title(), original, ours, floor })
}

/// What a deployment finds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// An empty work directory.
    First,
    /// Everything as it should be.
    Nothing,
}

impl Phase {
    fn title(self) -> &'static str {
        match self {
            Phase::First => "first deployment",
            Phase::Nothing => "nothing to do",
        }
    }

    /// A program that fails, or that does something else than the phase is about, must not be timed.
    fn check(self, workload: &Workload, program: &Program, sample: &Sample) -> Result<(), String> {
        if sample.success && sample.updates == (self == Phase::First) {
            return Ok(());
        }
        Err(format!("{}, {}: {program} did not do this:\n{}", workload.name, self.title(), sample.output))
    }
}
