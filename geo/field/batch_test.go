package field_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"lawcircle/geo/field"
)

func TestApartEqualsOneByOne(t *testing.T) {
	town := newTown(5, 6, 120, 3)
	inputs := func(_ context.Context, k int) (field.Input, error) { return town.input(k), nil }
	told := 0
	b := field.Batch{Count: 20, Input: inputs, Options: field.Options{Limits: minutes(1, 3), Workers: 3, Progress: func(done, total int) {
		if done != told+1 || total != 20 {
			t.Errorf("progress %d of %d after %d", done, total, told)
		}
		told = done
	}}}
	got, err := field.Apart(context.Background(), b)
	if err != nil || told != 20 {
		t.Fatalf("%d told, %v", told, err)
	}
	b.Options.Progress = nil
	for k, areas := range got {
		if want := contours(t, newField(t, town.input(k), b.Options)); !reflect.DeepEqual(areas, want) {
			t.Errorf("facility %d has another area in a batch", k)
		}
	}
}

func TestApartStops(t *testing.T) {
	town := newTown(5, 4, 120, 3)
	broken := errors.New("no such facility")
	b := field.Batch{Count: 9, Options: field.Options{Limits: minutes(1), Workers: 2}, Input: func(_ context.Context, k int) (field.Input, error) {
		if k == 4 {
			return field.Input{}, broken
		}
		return town.input(k), nil
	}}
	if _, err := field.Apart(context.Background(), b); !errors.Is(err, broken) {
		t.Errorf("a broken facility gives %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := field.Apart(ctx, b); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled batch gives %v", err)
	}
}
