"""Reads the archive in the named folder with the interpreter that runs this file, as a serving container does.

Standard input is an invocation; the answer goes to standard output, with the version of transformers that gave it.
"""

import json
import sys

folder = sys.argv[1]
sys.path.insert(0, f"{folder}/code")

import inference  # noqa: E402
import transformers  # noqa: E402

model = inference.model_fn(folder)
batch = inference.input_fn(sys.stdin.buffer.read(), "application/json")
answer = inference.output_fn(inference.predict_fn(batch, model), "application/json")
print(json.dumps({"transformers": transformers.__version__, "answer": json.loads(answer)}))
