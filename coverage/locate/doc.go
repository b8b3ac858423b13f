// Package locate solves location–allocation problems over a sparse cost matrix: where to stand new sites so that most
// people are within a limit, so that everyone is with the fewest sites, so that the mean or the worst cost is least, and
// the same with money, capacity, backup, floors per group, spacing and stages. It knows no map and nothing of ours.
//
// Every answer carries an objective, a bound that no set of sites can pass, and the reason why the search stopped. The
// same problem solved twice gives the same answer: all phases are counted in steps, the clock only decides when to stop.
//
// # How it works
//
// All covering kinds are brought to one integer programme (see cover):
//
//	max  Σ_c profit_c·z_c − Σ_i price_i·y_i
//	s.t. need_r·z_c ≤ Σ_{i∈row r} y_i   for each row r of class c      (all rows of a class must be met)
//	     z_c = 1 for required classes,  Σ people_c·z_c ≥ floor (in total and per group),
//	     Σ y_i ≤ p,  Σ spend_i·y_i ≤ budget,  y_i + y_k ≤ 1 for sites that stand too close
//
// Demand points that the same candidates reach are first merged into one class, which is exact and often shrinks the
// problem a hundredfold. Then: greedy, swaps with known outcome and path relinking for a good answer (see swapper, pool);
// an interior point method on the linear relaxation for the bound when there is one row per class (see interior), a
// first-order method otherwise (see relaxation); fixing by reduced cost; best-first branch and bound for the proof.
//
// Certify writes the proof of a maximal coverage down; package proof checks it in whole numbers without a solver.
package locate
