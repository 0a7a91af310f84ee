"""Which anchors and regions are lesions, and what the two stages pay for their errors."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from model import ROI_WEIGHTS, Detector, encode, pairwise_iou, roi_align

FOCAL_GAMMA, FOCAL_ALPHA = 2.0, 0.25


def assign_anchors(anchors: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    """label [A]: 1 lesion, 0 background, -1 neither; index [A] of the lesion that each anchor overlaps most.

    An anchor is a lesion's at IoU ≥ 0.5, or when it is nearly the lesion's best one, so that small lesions between two
    cells are not lost.
    """
    if len(truth) == 0:
        return anchors.new_zeros(len(anchors)), anchors.new_zeros(len(anchors), dtype=torch.long)
    iou = pairwise_iou(anchors, truth)
    best, index = iou.max(1)
    near_best = (iou >= 0.8 * iou.amax(0).clamp(min=0.1)).gather(1, index[:, None])[:, 0]
    label = torch.where(best >= 0.3, -1.0, 0.0)
    label[(best >= 0.5) | near_best] = 1.0
    return label, index


def rpn_loss(logits: Tensor, deltas: Tensor, anchors: Tensor, truths: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Focal loss over all anchors and smooth L1 over the lesions' anchors, each divided by the number of the latter."""
    labels, targets = [], []
    for truth in truths:
        label, index = assign_anchors(anchors, truth)
        labels.append(label)
        targets.append(encode(anchors, truth[index]) if len(truth) else torch.zeros_like(anchors))
    label, target = torch.stack(labels), torch.stack(targets)
    positive, count = label == 1, (label == 1).sum().clamp(min=1)
    p = torch.sigmoid(logits)
    log_p, log_q = F.logsigmoid(logits), F.logsigmoid(-logits)
    focal = -torch.where(
        positive, FOCAL_ALPHA * (1 - p) ** FOCAL_GAMMA * log_p, (1 - FOCAL_ALPHA) * p**FOCAL_GAMMA * log_q
    )
    classification = focal[label >= 0].sum() / count
    regression = F.smooth_l1_loss(deltas[positive], target[positive], beta=1 / 9, reduction="sum") / count
    return classification, regression


def jitter(boxes: Tensor, copies: int, generator: torch.Generator) -> Tensor:
    """Copies of boxes moved and resized by about a tenth: extra regions that are certainly lesions."""
    boxes = boxes.repeat(copies, 1)
    size = (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)
    noise = torch.randn(boxes.shape, generator=generator).to(boxes.device)
    return boxes + noise.clamp(-2, 2) * 0.08 * size


def sample_regions(proposals: Tensor, truth: Tensor, classes: Tensor, count: int, share: float,
                   generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """`count` regions [count,4] of one image, their class [count] (0 background) and their lesion's box [count,4]."""
    candidates = torch.cat([proposals, truth, jitter(truth, 4, generator)]) if len(truth) else proposals
    if len(truth):
        best, index = pairwise_iou(candidates, truth).max(1)
        label = torch.where(best >= 0.5, classes[index], 0)
        target = truth[index]
    else:
        label, target = candidates.new_zeros(len(candidates), dtype=torch.long), candidates
    order = torch.randperm(len(candidates), generator=generator).to(candidates.device)
    positive = order[label[order] > 0][: int(count * share)]
    negative = order[label[order] == 0][: count - len(positive)]
    chosen = torch.cat([positive, negative])
    chosen = chosen[torch.arange(count, device=chosen.device) % len(chosen)]  # the head's batch keeps its shape
    return candidates[chosen], label[chosen], target[chosen]


def class_loss(logits: Tensor, label: Tensor, cluster_weight: float, telling: Tensor | None = None) -> Tensor:
    """Cross-entropy over background and K classes: logits [R,K+1], label [R] (0 background), mean over the regions.

    It is the sum of "lesion or not", the same for any K, and of "which class" on the lesions; `cluster_weight` weighs
    the second part. Where `telling` [R,K+1] is given, the second part is taken from these logits: those of the same
    regions by another way through the network.
    """
    if logits.shape[1] == 2 or (cluster_weight == 1 and telling is None):
        return F.cross_entropy(logits, label)
    lesion = torch.stack([logits[:, 0], logits[:, 1:].logsumexp(1)], 1)
    positive = label > 0
    which_logits = logits if telling is None else telling
    which = F.cross_entropy(which_logits[positive, 1:], label[positive] - 1, reduction="sum") / len(label)
    return F.cross_entropy(lesion, positive.long()) + cluster_weight * which


def detector_losses(model: Detector, image: Tensor, truths: list[Tensor], classes: list[Tensor],
                    generator: torch.Generator) -> dict[str, Tensor]:
    """The four parts of the loss for a batch: truths[i] [n,4] in input pixels, classes[i] [n] from 1."""
    config = model.config
    p2, p3 = model.trunk(image)
    logits, deltas = model.rpn(p3)
    anchors = model.anchors(p3)
    objectness, proposal_box = rpn_loss(logits, deltas, anchors, truths)
    with torch.no_grad():
        proposals, _ = model.propose(logits, deltas, anchors, int(image.shape[2]), int(image.shape[3]))
        sampled = [
            sample_regions(proposals[i], truths[i], classes[i], config.rois, config.roi_positive, generator)
            for i in range(len(truths))
        ]
        regions, label, target = (torch.stack([part[k] for part in sampled]) for k in range(3))
    features = roi_align(p2.float(), regions)
    class_logits, changes = model.head(features)
    # by a second way through the head, whose gradient ends where the head begins
    telling = model.head(features.detach())[0] if config.spare_trunk and len(config.classes) > 1 else None
    label, regions, target = label.flatten(), regions.flatten(0, 1), target.flatten(0, 1)
    positive = label > 0
    box = F.smooth_l1_loss(changes[positive], encode(regions, target, ROI_WEIGHTS)[positive], beta=1.0, reduction="sum")
    return {
        "objectness": objectness,
        "proposal box": config.box_weight * proposal_box,
        "class": config.class_weight * class_loss(class_logits, label, config.cluster_weight, telling),
        "box": config.box_weight * box / len(label),
    }
