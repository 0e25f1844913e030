"""The questions that are usually asked of an old phone, without any figure.

What an answer does to the price is a price book's to say: no partner has published its deductions.
The age is no question; it is reckoned from the day of the purchase or the launch.

Source:
    What partners check, ask and never take: https://cashify.in/faqs/page/15,
    https://googlesupport.serverhump.com/store/answer/16305137 and 13982093 (mirrors of Google's
    pages for India), https://internal.sops.cashkr.com (why prices are revised at the pickup),
    https://www.livemint.com/technology/gadgets/how-iphone-buyers-can-avail-exchange-offer-of-over-rs-52-000-with-apple-tradein-11615647941484.html
"""

from typing import Final

from mi_rewards.trade_in.questions import Answer, Question, Questionnaire


def _works(question_id: str, title: str, defect: str) -> Question:
    """Ask whether a part works."""
    answers = (Answer("yes", "Yes"), Answer("no", "No, or not always", defect=defect))
    return Question(question_id, title, answers)


def _there(question_id: str, title: str, adds: str) -> Question:
    """Ask whether something comes with the phone."""
    return Question(question_id, title, (Answer("yes", "Yes", adds=adds), Answer("no", "No")))


USUAL_QUESTIONS: Final = Questionnaire(
    (
        Question(
            "power",
            "Does it power on and off?",
            (Answer("yes", "Yes"), Answer("no", "No", rejects="does_not_power_on")),
        ),
        Question(
            "account_lock",
            "Is its screen lock off, and are its accounts removed?",
            (Answer("yes", "Yes"), Answer("no", "No", rejects="locked")),
        ),
        Question(
            "network",
            "Does it reach a mobile network?",
            (Answer("yes", "Yes"), Answer("no", "No", rejects="no_network")),
        ),
        Question(
            "screen",
            "What is its screen like?",
            (
                Answer("clean", "As new"),
                Answer("light", "Light scratches", defect="screen_light"),
                Answer("deep", "Deep scratches, spots or lines", defect="screen_deep"),
                Answer("broken", "Cracked, or touch fails", defect="screen_broken"),
            ),
        ),
        Question(
            "body",
            "What is its body like?",
            (
                Answer("clean", "As new"),
                Answer("light", "Light scratches", defect="body_light"),
                Answer("dented", "Dents", defect="body_dented"),
                Answer("broken", "Cracked, bent or loose", defect="body_broken"),
            ),
        ),
        _works("front_camera", "Does the front camera work?", "front_camera_faulty"),
        _works("back_camera", "Does the back camera work?", "back_camera_faulty"),
        _works("speakers", "Do speakers and microphone work?", "speakers_faulty"),
        _works("battery", "Does the battery last as it should, and charge?", "battery_weak"),
        _works("buttons", "Do all buttons work?", "buttons_faulty"),
        _works("connectivity", "Do Wi-Fi, Bluetooth and GPS work?", "connectivity_faulty"),
        _there("accessories", "Does its charger come with it?", "charger"),
        _there("box", "Does its box come with it?", "box"),
        _there("bill", "Does the bill come with it?", "bill"),
    )
)
"""From what rules a phone out to what comes with it."""
