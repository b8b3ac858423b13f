package locate

// partition splits demand points into classes that no set seen so far tells apart (partition refinement; Paige, Tarjan
// 1987). It is exact, needs no hash, and costs one pass over each set.
type partition struct {
	class []int32 // demand → class, negative: left out
	size  []int32 // class → members
	mark  []int32 // class → members in the set that is being applied
	child []int32 // class → class of those members
}

// newPartition starts with the given classes 0…classes−1.
func newPartition(class []int32, classes int) *partition {
	p := &partition{class: class, size: make([]int32, classes), mark: make([]int32, classes), child: make([]int32, classes)}
	for _, c := range class {
		if c >= 0 {
			p.size[c]++
		}
	}
	return p
}

// split separates in every class the members of set from the others.
func (p *partition) split(set []int32) {
	for _, j := range set {
		if c := p.class[j]; c >= 0 {
			p.mark[c]++
		}
	}
	for _, j := range set {
		c := p.class[j]
		if c < 0 || p.mark[c] == 0 { // already moved: its new class has no mark
			continue
		}
		if p.mark[c] == p.size[c] && p.child[c] == 0 {
			continue
		}
		p.move(j, c)
	}
	for _, j := range set {
		if c := p.class[j]; c >= 0 {
			p.mark[c], p.child[c] = 0, 0
		}
	}
}

func (p *partition) move(j, c int32) {
	if p.child[c] == 0 {
		p.child[c] = int32(len(p.size))
		p.size, p.mark, p.child = append(p.size, 0), append(p.mark, 0), append(p.child, 0)
	}
	to := p.child[c]
	p.class[j] = to
	p.size[c]--
	p.size[to]++
	p.mark[c]--
	if p.mark[c] == 0 {
		p.child[c] = 0
	}
}
