package data

import (
	"fmt"

	"lawcircle/coverage"
)

// PutUnits writes administrative units by code. This and the other Put methods add what is new, replace what has the same key and leave
// alone what is the same already. A record that is not sound (an empty key, a code outside the vocabulary, a position off the globe, two
// records with one key) refuses the whole call, saying which.
func (tx *Tx) PutUnits(units []coverage.Unit) error { return unitTable().put(tx, units) }

// PutCodeChanges writes changes of unit codes.
func (tx *Tx) PutCodeChanges(changes []coverage.CodeChange) error {
	return codeChangeTable().put(tx, changes)
}

// PutSettlements writes settlements by id.
func (tx *Tx) PutSettlements(settlements []coverage.Settlement) error {
	return settlementTable().put(tx, settlements)
}

// PutHosts writes hosts by id.
func (tx *Tx) PutHosts(hosts []coverage.Host) error { return hostTable().put(tx, hosts) }

// PutPoints writes service points by id. Their hosts must be there when the change ends.
func (tx *Tx) PutPoints(points []coverage.ServicePoint) error { return pointTable().put(tx, points) }

// PutOffers writes offers by point, service and mode. Their points must be there when the change ends.
func (tx *Tx) PutOffers(offers []coverage.Offer) error { return offerTable().put(tx, offers) }

// PutAdvisers writes advisers by id. Names go to the restricted table; an empty name leaves the one there alone.
func (tx *Tx) PutAdvisers(advisers []coverage.Adviser) error {
	var names []Restricted
	for _, a := range advisers {
		if a.Name != "" {
			names = append(names, Restricted{"advisers", a.ID, "name", a.Name})
		}
	}
	if err := adviserTable().put(tx, advisers); err != nil {
		return err
	}
	return tx.PutRestricted(names)
}

// PutAssignments writes advisers' duties in villages, by village, adviser and first day.
func (tx *Tx) PutAssignments(assignments []coverage.Assignment) error {
	return assignmentTable().put(tx, assignments)
}

// PutPairings writes pairings, by post, partner and first day.
func (tx *Tx) PutPairings(pairings []coverage.Pairing) error { return pairingTable().put(tx, pairings) }

// PutCircuits writes rounds of mobile services by id.
func (tx *Tx) PutCircuits(circuits []coverage.Circuit) error { return circuitTable().put(tx, circuits) }

// PutCalls writes hotline calls, by unit and month.
func (tx *Tx) PutCalls(calls []coverage.Call) error { return callTable().put(tx, calls) }

// PutTargets writes targets of the plan by id.
func (tx *Tx) PutTargets(targets []coverage.Target) error { return targetTable().put(tx, targets) }

// PutMeasures writes surveyed values, by indicator, unit, date and source.
func (tx *Tx) PutMeasures(measures []coverage.Measure) error { return measureTable().put(tx, measures) }

// PutChecklistItems writes items of the checklist by id.
func (tx *Tx) PutChecklistItems(items []coverage.ChecklistItem) error {
	return itemTable().put(tx, items)
}

// PutChecklistMarks writes what units have, by unit and item.
func (tx *Tx) PutChecklistMarks(marks []coverage.ChecklistMark) error {
	return markTable().put(tx, marks)
}

// PutHonours writes titles, by unit, kind, name and date.
func (tx *Tx) PutHonours(honours []coverage.Honour) error { return honourTable().put(tx, honours) }

// PutMediation writes reports on mediation, by unit, domain and date.
func (tx *Tx) PutMediation(reports []coverage.Mediation) error {
	return mediationTable().put(tx, reports)
}

// PutScenario writes one scenario by id.
func (tx *Tx) PutScenario(scenario coverage.Scenario) error {
	return scenarioTable().put(tx, []coverage.Scenario{scenario})
}

// PutRule writes one composite circle rule by id.
func (tx *Tx) PutRule(rule coverage.Rule) error {
	return ruleTable().put(tx, []circleRule{{rule}})
}

// PutRestricted writes personal details, by table, id and field.
func (tx *Tx) PutRestricted(details []Restricted) error { return restrictedTable().put(tx, details) }

// Host reads a host as the change has it so far, to compare it before it is replaced; an unknown id is [ErrNotFound].
func (tx *Tx) Host(id string) (coverage.Host, error) { return hostTable().one(tx, id) }

// Point reads a service point as the change has it so far, to compare it before it is replaced; an unknown id is [ErrNotFound].
func (tx *Tx) Point(id string) (coverage.ServicePoint, error) { return pointTable().one(tx, id) }

// DeleteUnits deletes units by code. This and the other Delete methods fail with [ErrNotFound] for a key that is not there.
func (tx *Tx) DeleteUnits(codes ...string) error { return unitTable().remove(tx, codes) }

// DeleteSettlements deletes settlements by id.
func (tx *Tx) DeleteSettlements(ids ...string) error { return settlementTable().remove(tx, ids) }

// DeleteHosts deletes hosts by id. Points that stand in them must be deleted or moved in the same change.
func (tx *Tx) DeleteHosts(ids ...string) error { return hostTable().remove(tx, ids) }

// DeletePoints deletes service points by id, with what they offer.
func (tx *Tx) DeletePoints(ids ...string) error {
	if len(ids) > 0 {
		if err := tx.touch("offers", len(ids)); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if _, err := tx.exec(`DELETE FROM offers WHERE point_id = ?`, id); err != nil {
			return err
		}
	}
	return pointTable().remove(tx, ids)
}

// DeleteOffers deletes offers.
func (tx *Tx) DeleteOffers(offers ...coverage.Offer) error {
	return offerTable().removeRecords(tx, offers)
}

// DeleteAdvisers deletes advisers by id, with their names.
func (tx *Tx) DeleteAdvisers(ids ...string) error {
	if err := adviserTable().remove(tx, ids); err != nil {
		return err
	}
	return tx.deleteRestricted("advisers", ids)
}

// DeleteAssignments deletes assignments.
func (tx *Tx) DeleteAssignments(assignments ...coverage.Assignment) error {
	return assignmentTable().removeRecords(tx, assignments)
}

// DeletePairings deletes pairings.
func (tx *Tx) DeletePairings(pairings ...coverage.Pairing) error {
	return pairingTable().removeRecords(tx, pairings)
}

// DeleteCircuits deletes circuits by id.
func (tx *Tx) DeleteCircuits(ids ...string) error { return circuitTable().remove(tx, ids) }

// DeleteTargets deletes targets by id.
func (tx *Tx) DeleteTargets(ids ...string) error { return targetTable().remove(tx, ids) }

// DeleteScenarios deletes scenarios by id. A scenario that another is derived from cannot go.
func (tx *Tx) DeleteScenarios(ids ...string) error {
	if err := scenarioTable().remove(tx, ids); err != nil {
		return err
	}
	var orphan, base string
	row := tx.tx.QueryRowContext(tx.ctx, `SELECT scenario_id, base FROM scenarios WHERE base IS NOT NULL AND base NOT IN (SELECT scenario_id FROM scenarios)`)
	if err := row.Scan(&orphan, &base); err == nil {
		return fmt.Errorf("scenario %q is derived from %q, which cannot be deleted before it", orphan, base)
	}
	return nil
}

// DeleteRules deletes circle rules by id.
func (tx *Tx) DeleteRules(ids ...string) error { return ruleTable().remove(tx, ids) }

func (tx *Tx) deleteRestricted(table string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if err := tx.touch("lawcircle_restricted", len(ids)); err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := tx.exec(`DELETE FROM lawcircle_restricted WHERE subject_table = ? AND subject_id = ?`, table, id); err != nil {
			return err
		}
	}
	return nil
}
