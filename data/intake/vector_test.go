package intake_test

import (
	"context"
	"testing"

	"lawcircle/data/intake"
)

func TestTryVector(t *testing.T) {
	for _, f := range []string{"gis/goat_upload/valid_point_valid.zip", "gis/goat_upload/valid_point_valid.kml", "gis/goat_upload/invalid_invalid_missing_file.zip"} {
		s, err := intake.Preview(context.Background(), "facilities", open(t, f), intake.Options{}, nil, intake.CRSReference{})
		t.Log(f, err)
		if err == nil {
			t.Logf("%+v", s)
		}
	}
}
