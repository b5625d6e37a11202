package qldbcompat

import (
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/qldbsession"
)

// Unhurried is an option of the session client that keeps the SDK from losing answers of a server that is near.
//
// The SDK closes the body of a request as soon as the head of the answer is there. net/http may then still want to know
// whether that body is at its end; the SDK's body says so by an error that net/http takes for a broken request, and the
// connection is closed under the answer. A body that can only be read, and does not write itself, is spared that.
func Unhurried(options *qldbsession.Options) {
	options.HTTPClient = unhurried{options.HTTPClient}
}

type unhurried struct{ qldbsession.HTTPClient }

func (client unhurried) Do(request *http.Request) (*http.Response, error) {
	if request.Body != nil && request.Body != http.NoBody {
		request.Body = struct{ io.ReadCloser }{request.Body}
	}
	return client.HTTPClient.Do(request)
}
