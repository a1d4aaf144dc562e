use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

/// Reproducible numbers that look random.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// One step of a life with clones; numbers are taken modulo what there is.
#[derive(Clone, Debug)]
enum Step {
    /// Of one of the vectors, an element gets a value.
    Write(usize, usize, u32),
    Push(usize, u32),
    Grow(usize, usize, u32),
    Clone(usize),
    Drop(usize),
}

fn steps() -> impl Strategy<Value = Step> {
    let any = any::<usize>;
    prop_oneof![
        12 => (any(), any(), 0_u32..1_000).prop_map(|(vec, ix, value)| Step::Write(vec, ix, value)),
        2 => (any(), 0_u32..1_000).prop_map(|(vec, value)| Step::Push(vec, value)),
        1 => (any(), 0_usize..40, 0_u32..9).prop_map(|(vec, n, value)| Step::Grow(vec, n, value)),
        3 => any().prop_map(Step::Clone),
        3 => any().prop_map(Step::Drop),
    ]
}

/// Does the same to a vector and to the plain one beside it.
fn take(step: &Step, all: &mut Vec<(CowVec<u32>, Vec<u32>)>) {
    let count = all.len();
    match *step {
        Step::Write(vec, ix, value) => {
            let (cow, plain) = &mut all[vec % count];
            let ix = ix % (plain.len() + 1);
            match (cow.get_mut(ix), plain.get_mut(ix)) {
                (Some(a), Some(b)) => (*a, *b) = (value, value),
                (None, None) => {}
                (a, b) => panic!("{a:?} beside {b:?} at {ix}"),
            }
        }
        Step::Push(vec, value) => {
            let (cow, plain) = &mut all[vec % count];
            cow.push(value);
            plain.push(value);
        }
        Step::Grow(vec, n, value) => {
            let (cow, plain) = &mut all[vec % count];
            let len = plain.len() + n;
            cow.grow(len, &value);
            plain.resize(len, value);
        }
        Step::Clone(vec) => {
            let clone = all[vec % count].clone();
            all.push(clone);
        }
        Step::Drop(vec) if count > 1 => drop(all.swap_remove(vec % count)),
        Step::Drop(_) => {}
    }
}

proptest! {
    #[test]
    fn it_behaves_like_a_vector_and_leaves_its_clones_alone(
        len in 0_usize..9_000,
        writes in prop::collection::vec((0_usize..9_000, any::<u32>()), 0..50),
    ) {
        let mut plain: Vec<u32> = (0..u32::try_from(len).unwrap()).collect();
        let mut cow: CowVec<u32> = plain.iter().copied().collect();
        let before = cow.clone();
        let plain_before = plain.clone();
        for (ix, value) in writes {
            if let Some(slot) = cow.get_mut(ix) { *slot = value; }
            if let Some(slot) = plain.get_mut(ix) { *slot = value; }
        }
        prop_assert!(cow.iter().eq(plain.iter()));
        prop_assert!(before.iter().eq(plain_before.iter()));
        prop_assert_eq!(cow.len(), len);
        prop_assert_eq!(cow.get(len), None);
    }

    #[test]
    fn whoever_writes_to_whichever_clone_each_has_its_own_elements(
        len in 0_usize..300,
        before_the_last_place in 0_u32..3_000,
        all_steps in prop::collection::vec(steps(), 0..1_500),
    ) {
        let mut cow = CowVec::starting_at(u32::MAX - before_the_last_place);
        cow.grow(len, &7);
        let mut all = vec![(cow, vec![7; len])];
        for step in &all_steps {
            take(step, &mut all);
        }
        for (cow, plain) in &all {
            prop_assert_eq!(cow.len(), plain.len());
            prop_assert!(cow.iter().eq(plain.iter()));
        }
    }
}

/// Batches of `batch` writes, each followed by a clone of which the last eight are held; `draw` tells
/// what is written to. Checks after each batch that the logs are not much longer than twice what
/// is in use.
fn write_long(len: usize, batch: usize, mut draw: impl FnMut(&mut Numbers) -> usize) -> [f64; 3] {
    let mut numbers = Numbers(1);
    let mut cow = CowVec::starting_at(u32::MAX - 50_000);
    cow.grow(len, &0_u32);
    let mut plain = vec![0_u32; len];
    let mut held = VecDeque::new();
    let start = cow.tree.written();
    let changes = 100_000;
    for change in 0..changes {
        let ix = draw(&mut numbers);
        *cow.get_mut(ix).unwrap() = change;
        plain[ix] = change;
        if usize::try_from(change).unwrap().is_multiple_of(batch) {
            held.push_back((cow.clone(), change, ix));
            if held.len() > 8 {
                let (old, change, ix) = held.pop_front().unwrap();
                assert_eq!(old.get(ix), Some(&change), "a clone stays as it was");
            }
        }
        for (room, in_use) in cow.tree.room() {
            // A chunk is forgotten whole, and what is written meanwhile may be a quarter.
            assert!(room <= in_use * 9 / 4 + 2 * 4_096, "{room} for {in_use}");
        }
    }
    assert!(cow.iter().eq(plain.iter()));
    let end = cow.tree.written();
    std::array::from_fn(|level| {
        f64::from(end[level].wrapping_sub(start[level])) / f64::from(changes)
    })
}

#[rstest::rstest]
#[case::one_at_a_time(20_000, 1)]
#[case::in_batches(20_000, 500)]
#[case::few_elements_one_at_a_time(100, 1)]
fn memory_and_copies_stay_bounded_wherever_changes_fall(#[case] len: usize, #[case] batch: usize) {
    let random = write_long(len, batch, |numbers| numbers.below(len));
    // A fifth of what is oldest is in use, and writing it again counts too; nodes are written for
    // their own age and for what lies below.
    assert!(random[0] <= 1.3, "{random:?}");
    assert!(random[1] <= 1.6 && random[2] <= 1.9, "{random:?}");
    // What never changes must be written again and again, as it gets old among what does.
    let few = write_long(len, batch, |numbers| numbers.below(10));
    assert!(few[0] <= 2.2, "{few:?}");
    let mut next = 0;
    let in_turn = write_long(len, batch, |_numbers| {
        next = (next + 1) % len;
        next
    });
    assert!(in_turn[0] <= 1.4, "{in_turn:?}");
}

#[test]
fn a_change_copies_one_element_only() {
    let mut cow: CowVec<u32> = (0..10_000).collect();
    let before = cow.clone();
    let [elements, ..] = cow.tree.written();
    *cow.get_mut(5_000).unwrap() = 1;
    *cow.get_mut(5_000).unwrap() = 2;
    assert_eq!(cow.tree.written()[0] - elements, 1);
    let is_moved = |ix: &usize| cow.tree.address(*ix) != before.tree.address(*ix);
    // The last 16 lie on the page that the new one goes into, which is copied as well.
    assert_eq!((0..9_984).filter(is_moved).collect::<Vec<_>>(), [5_000]);
}

#[test]
fn while_there_is_no_clone_changes_are_made_in_place() {
    let mut cow: CowVec<u32> = (0..10_000).collect();
    drop(cow.clone());
    let written = cow.tree.written();
    for ix in 0..10_000 {
        *cow.get_mut(ix).unwrap() = 1;
    }
    assert_eq!(cow.tree.written(), written);
}

#[test]
fn it_can_be_sent_between_threads() {
    const fn is_shared<T: Send + Sync>() {}
    is_shared::<CowVec<crate::Twin>>();
}
