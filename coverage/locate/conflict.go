package locate

import (
	"fmt"
	"slices"
)

// lockConflicts lists the rules on locked candidates that exclude each other whatever else is chosen.
func (p *Problem) lockConflicts(c *cover) []Conflict {
	var found []Conflict
	locked := slices.Clone(p.Locked)
	slices.Sort(locked)
	locked = slices.Compact(locked)
	if len(locked) > c.pick {
		found = append(found, Conflict{Rule: "sites", Text: fmt.Sprintf("%d candidates are locked but only %d sites may be chosen", len(locked), c.pick)})
	}
	spent := int64(0)
	for _, i := range locked {
		spent += p.siteCost(int(i))
	}
	if p.Budget > 0 && spent > p.Budget {
		found = append(found, Conflict{Rule: "budget", Text: fmt.Sprintf("the locked candidates cost %d, the budget is %d", spent, p.Budget)})
	}
	if p.MinSpacing == 0 {
		return found
	}
	kept := append(slices.Clone(locked), p.Fixed...)
	isLocked := func(i int32) bool { return slices.Contains(locked, i) }
	for _, s := range p.Spacing {
		if s.Distance < p.MinSpacing && slices.Contains(kept, s.A) && slices.Contains(kept, s.B) && (isLocked(s.A) || isLocked(s.B)) {
			found = append(found, Conflict{Rule: "spacing", Text: fmt.Sprintf("candidates %d and %d stand %d apart, less than %d, and both are kept", s.A, s.B, s.Distance, p.MinSpacing)})
		}
	}
	return found
}
