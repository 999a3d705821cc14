//! The order in which top-level components are deployed.

use std::collections::{HashMap, VecDeque};

/// What is known about one entry: those that must be done before, by their numbers.
pub type Dependencies = Vec<usize>;

/// The numbers of all entries in the order of their deployment.
///
/// Whatever has no open dependency waits in a queue, in the order of the environment file; when an entry is done, those
/// that it held back join the end of the queue. Entries in a cycle never become free and are missing from the result.
pub fn order(entries: &[Dependencies]) -> Vec<usize> {
    let mut open: Vec<usize> = Vec::with_capacity(entries.len());
    let mut held_back: HashMap<usize, Vec<usize>> = HashMap::new();
    for (number, dependencies) in entries.iter().enumerate() {
        let mut distinct = dependencies.clone();
        distinct.sort_unstable();
        distinct.dedup();
        open.push(distinct.len());
        for before in distinct {
            held_back.entry(before).or_default().push(number);
        }
    }
    let mut queue: VecDeque<usize> = (0..entries.len()).filter(|number| open[*number] == 0).collect();
    let mut ordered = Vec::with_capacity(entries.len());
    while let Some(done) = queue.pop_front() {
        ordered.push(done);
        for &waiting in held_back.get(&done).into_iter().flatten() {
            open[waiting] -= 1;
            if open[waiting] == 0 {
                queue.push_back(waiting);
            }
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn without_dependencies_the_file_decides() {
        assert_eq!(order(&[vec![], vec![], vec![]]), [0, 1, 2]);
    }

    #[test]
    fn what_is_needed_comes_first() {
        assert_eq!(order(&[vec![2], vec![0, 2, 2], vec![]]), [2, 0, 1]);
    }

    #[test]
    fn freed_entries_join_the_end() {
        assert_eq!(order(&[vec![], vec![0], vec![], vec![2]]), [0, 2, 1, 3]);
    }

    #[test]
    fn cycles_are_left_out() {
        assert_eq!(order(&[vec![1], vec![0], vec![]]), [2]);
    }
}
