"""model.onnx, written without any package: what a network computes is recorded, translated and encoded here.

torch's own exporter needs four packages more, takes 3 to 14 s a network on two cores, and would be imported by every
worker; recording one forward pass takes a few milliseconds.
"""
